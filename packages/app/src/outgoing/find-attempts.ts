/** Attempts by what they were. */
import { type Kysely, type SqlBool, sql } from 'kysely'
import type { AttemptState } from '../api.ts'
import { type Cursor, olderThan } from '../console/cursor.ts'
import { plain } from '../customers/matching.ts'
import type { AppTables } from '../tables.ts'
import { type Attempt, toAttempt } from './attempts.ts'

export type AttemptFilter = {
  worker?: string | undefined
  /** An id, or words of a name. */
  customer?: string | undefined
  state?: AttemptState | undefined
  code?: number | undefined
  /** Milliseconds since 1970: not before. */
  from?: number | undefined
  /** Milliseconds since 1970: before. */
  to?: number | undefined
  /** An id of the attempt, of the request that began it, or of anything that it dealt with in the engine. */
  search?: string | undefined
}

/** The newest first. */
export async function listAttempts(
  db: Kysely<AppTables>,
  filter: AttemptFilter,
  page: { after?: Cursor | undefined; limit: number },
): Promise<Attempt[]> {
  const { worker, customer, state, code, from, to, search } = filter
  let found = db.selectFrom('outgoing_attempts').select('id')
  if (worker !== undefined) found = found.where('worker', '=', worker)
  if (state !== undefined) found = found.where('state', '=', state)
  if (code !== undefined) found = found.where('code', '=', code)
  if (from !== undefined) found = found.where('started_at', '>=', from)
  if (to !== undefined) found = found.where('started_at', '<', to)
  if (customer !== undefined) {
    found = found.where((eb) =>
      eb.or([
        eb('customer_id', '=', customer),
        eb.and(wordsOf(customer).map((word) => sql<SqlBool>`customer_name like ${`%${word}%`} escape '\\'`)),
      ]),
    )
  }
  if (search !== undefined) {
    found = found.where(sql<SqlBool>`id in (
      select id from outgoing_attempts where id = ${search.toLowerCase()} or request_id = ${search}
      union all select attempt_id from attempt_reference where reference = ${search})`)
  }
  if (page.after) found = found.where(olderThan('started_at', page.after))
  const ids = found.orderBy('started_at', 'desc').orderBy('id', 'desc').limit(page.limit)
  const rows = await db
    .selectFrom(ids.as('found'))
    .innerJoin('outgoing_attempts as attempt', 'attempt.id', 'found.id')
    .selectAll('attempt')
    .orderBy('started_at', 'desc')
    .orderBy('attempt.id', 'desc')
    .execute()
  return rows.map(toAttempt)
}

/** As they are found in `customer_name`, with nothing in them that means something to `like`. */
function wordsOf(customer: string): string[] {
  return plain(customer)
    .replace(/[\\%_]/g, '\\$&')
    .split(' ')
}
