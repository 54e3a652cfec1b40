import type { Transaction } from 'kysely'
import type { Engine } from './engine.ts'
import type { ConversationsTables } from './tables.ts'
import { storeEvents, type WebhookEvent } from './webhooks/outbox.ts'

export type Tx = Transaction<ConversationsTables>

/** What follows from a change: stored with it in the same transaction, worked on after the commit. */
export type Consequences = { readonly events: WebhookEvent[]; carrierHasWork: boolean }

/** Topics of the wake-ups. */
export const topics = { webhooks: 'webhooks', carrier: 'carrier', timers: 'timers' } as const

/**
 * Runs one change in one transaction, stores its webhooks with it, and wakes the workers after the commit.
 *
 * @example await write(engine, async (tx, consequences) => { …; consequences.events.push(event) })
 */
export async function write<T>(engine: Engine, change: (tx: Tx, consequences: Consequences) => Promise<T>): Promise<T> {
  const consequences: Consequences = { events: [], carrierHasWork: false }
  let stored = 0
  const result = await engine.database.db.transaction().execute(async (tx) => {
    const value = await change(tx, consequences)
    stored = await storeEvents(engine, tx, consequences.events)
    return value
  })
  if (stored > 0) engine.database.wake(topics.webhooks)
  if (consequences.carrierHasWork) engine.database.wake(topics.carrier)
  return result
}
