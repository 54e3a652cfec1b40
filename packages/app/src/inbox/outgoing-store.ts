import { type ExpressionBuilder, sql } from 'kysely'
import type { Store, Tx } from './store.ts'
import type { InboxTables, OutgoingMessageRow } from './tables.ts'

// Written out, as in the conditions of the indices: of a parameter SQLite does not know that the index holds it.
export const isUnsent = sql<boolean>`state in ('queued', 'sending', 'failed')`

/** Messages that are not decided yet. */
export function isPending(column = 'state') {
  return sql<boolean>`${sql.ref(column)} in ('queued', 'sending')`
}

export function findOutgoing(db: Store, id: string): Promise<OutgoingMessageRow | undefined> {
  return db.selectFrom('outgoing_message').selectAll().where('id', '=', id).executeTakeFirst()
}

export function findClaim(db: Store, claim: string): Promise<OutgoingMessageRow | undefined> {
  return db.selectFrom('outgoing_message').selectAll().where('claim', '=', claim).executeTakeFirst()
}

/** How long an idempotency key stands for its first request, in milliseconds. */
export const claimMs = 24 * 60 * 60_000

/** Sets idempotency keys free that have stood for a day, or one of them; what was only kept for its key is deleted. */
export async function releaseClaims(db: Store, now: number, claim?: string): Promise<void> {
  const isOver = (eb: ExpressionBuilder<InboxTables, 'outgoing_message'>) =>
    eb.and([
      eb('claim', 'is not', null),
      eb('created_at', '<=', now - claimMs),
      ...(claim === undefined ? [] : [eb('claim', '=', claim)]),
    ])
  await db.deleteFrom('outgoing_message').where(isOver).where('state', '=', 'refused').execute()
  await db.updateTable('outgoing_message').set({ claim: null }).where(isOver).execute()
}

/** What the engine has not taken, the oldest first: still on its way, or failed. */
export function listUnsent(
  db: Store,
  sid: string,
  between: { from: number; until: number; limit: number },
): Promise<OutgoingMessageRow[]> {
  return db
    .selectFrom('outgoing_message')
    .selectAll()
    .where('conversation_sid', '=', sid)
    .where(isUnsent)
    .where('created_at', '>=', between.from)
    .where('created_at', '<', between.until)
    .orderBy('created_at', 'desc')
    .orderBy('position', 'desc')
    .limit(between.limit)
    .execute()
    .then((rows) => rows.reverse())
}

/** The next one to be sent in a conversation: the oldest that is not decided. */
export function headOfQueue(db: Store, sid: string): Promise<OutgoingMessageRow | undefined> {
  return db
    .selectFrom('outgoing_message')
    .selectAll()
    .where('conversation_sid', '=', sid)
    .where(isPending())
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
}

/** The heads of all queues, those due first. */
export function headsOfQueues(db: Store, limit: number, except: string[]): Promise<{ sid: string; dueAt: number }[]> {
  return db
    .selectFrom('outgoing_message as head')
    .select(['head.conversation_sid as sid', 'head.due_at as dueAt'])
    .where(isPending('head.state'))
    .$if(except.length > 0, (query) => query.where('head.conversation_sid', 'not in', except))
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('outgoing_message as earlier')
            .select('earlier.id')
            .whereRef('earlier.conversation_sid', '=', 'head.conversation_sid')
            .whereRef('earlier.position', '<', 'head.position')
            .where(isPending('earlier.state')),
        ),
      ),
    )
    .orderBy('head.due_at')
    .orderBy('head.position')
    .limit(limit)
    .execute()
}

/** The position after all that is unsent in the conversation. Call it with the conversation locked. */
export async function nextPosition(tx: Tx, sid: string): Promise<number> {
  const { last } = await tx
    .selectFrom('outgoing_message')
    .select((eb) => eb.fn.max<number | null>('position').as('last'))
    .where('conversation_sid', '=', sid)
    .where(isUnsent)
    .executeTakeFirstOrThrow()
  return (last ?? 0) + 1
}

/** Marks a message as asked for. `undefined`: it was decided meanwhile, or another node has it in hand. */
export function markAsked(
  db: Store,
  { id, attempts }: Pick<OutgoingMessageRow, 'id' | 'attempts'>,
  now: number,
): Promise<OutgoingMessageRow | undefined> {
  return db
    .updateTable('outgoing_message')
    .set({ state: 'sending', asked_at: now, attempts: attempts + 1 })
    .where('id', '=', id)
    .where('attempts', '=', attempts)
    .where(isPending())
    .returningAll()
    .executeTakeFirst()
}

/** Changes a message that is not decided yet. @returns it as it is now, or `undefined` when it was decided meanwhile. */
export function updatePending(
  db: Store,
  id: string,
  values: Partial<OutgoingMessageRow>,
): Promise<OutgoingMessageRow | undefined> {
  return db
    .updateTable('outgoing_message')
    .set(values)
    .where('id', '=', id)
    .where(isPending())
    .returningAll()
    .executeTakeFirst()
}
