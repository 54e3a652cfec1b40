import type { Engine } from '../engine.ts'
import type { ConversationRow } from '../tables.ts'
import { stateEvent } from '../webhooks/events.ts'
import { write } from '../write.ts'
import { store } from './change.ts'
import { holdConversation } from './conversation.ts'

const batchSize = 50

/**
 * Turns conversations inactive and closed whose time has come.
 *
 * @returns when the next one's will (milliseconds since 1970), or undefined.
 */
export async function runTimers(engine: Engine, isStopping = () => false): Promise<number | undefined> {
  const { db } = engine.database
  while (!isStopping()) {
    const now = engine.clock()
    const due = await db
      .selectFrom('conversation')
      .select('sid')
      .where(({ or, eb }) => or([eb('inactive_at', '<=', now), eb('closed_at', '<=', now)]))
      .limit(batchSize)
      .execute()
    for (const { sid } of due) await runTimersOf(engine, sid)
    if (due.length < batchSize) break
  }
  const next = await db
    .selectFrom('conversation')
    .select(({ fn }) => [fn.min('inactive_at').as('inactive'), fn.min('closed_at').as('closed')])
    .executeTakeFirst()
  const moments = [next?.inactive, next?.closed].filter((at) => typeof at === 'number')
  return moments.length > 0 ? Math.min(...moments) : undefined
}

async function runTimersOf(engine: Engine, sid: string): Promise<void> {
  await write(engine, async (tx, { events }) => {
    const now = engine.clock()
    const before = await holdConversation(tx, sid)
    // Another process may have been quicker, or a message may have restarted the timers.
    if (!before) return
    const state = isDue(before.closed_at, now) ? 'closed' : isDue(before.inactive_at, now) ? 'inactive' : before.state
    if (state === before.state) return
    const ended = state === 'closed' ? { inactive_at: null, closed_at: null } : { inactive_at: null }
    const after: ConversationRow = { ...before, state, ...ended, updated_at: now }
    await store(tx, after)
    events.push(stateEvent(engine, after, before.state, 'TIMER'))
  })
}

function isDue(at: number | null, now: number): boolean {
  return at !== null && at <= now
}
