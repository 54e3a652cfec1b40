import type { Kysely } from 'kysely'
import type { AppTables } from '../tables.ts'
import type { StoredEvent } from './log.ts'

type Queries = Kysely<AppTables>

/** The id of the newest event; 0 when there was none yet. */
export async function findHead(db: Queries): Promise<number> {
  return (await db.selectFrom('event_head').select('id').executeTakeFirstOrThrow()).id
}

/** Events after `after`, oldest first. */
export async function listEvents(
  db: Queries,
  range: { after: number; upTo?: number; audiences?: readonly string[]; limit: number },
): Promise<StoredEvent[]> {
  let query = db
    .selectFrom('event')
    .select(['id', 'audience', 'type', 'data'])
    .where('id', '>', range.after)
    .orderBy('id')
    .limit(range.limit)
  if (range.upTo !== undefined) query = query.where('id', '<=', range.upTo)
  if (range.audiences) query = query.where('audience', 'in', range.audiences)
  return (await query.execute()) as StoredEvent[]
}

/** Ids have no gaps: what comes after an id is complete exactly when the next one is still there. */
export async function isComplete(db: Queries, after: number, head: number): Promise<boolean> {
  if (after === head) return true
  const next = await db
    .selectFrom('event')
    .select('id')
    .where('id', '=', after + 1)
    .executeTakeFirst()
  return next !== undefined
}
