/** The log of callbacks as it is stored. */
import type { Kysely } from 'kysely'
import type { CallbackExchange, CallbackOutcome } from '../api.ts'
import type { AppTables } from '../tables.ts'
import { type Cursor, olderThan } from './cursor.ts'
import type { ExchangeRow } from './tables.ts'

export type ExchangeFilter = {
  location?: string | undefined
  verdict?: CallbackOutcome | undefined
  worker?: string | undefined
  /** Milliseconds since 1970: not before. */
  from?: number | undefined
  /** Milliseconds since 1970: before. */
  to?: number | undefined
}

/** The newest first. */
export async function listExchanges(
  db: Kysely<AppTables>,
  filter: ExchangeFilter,
  page: { after?: Cursor | undefined; limit: number },
): Promise<CallbackExchange[]> {
  const { location, verdict, worker, from, to } = filter
  let query = db.selectFrom('callback_exchange').select(['exchange', 'verdict'])
  if (location !== undefined) query = query.where('location', '=', location)
  if (verdict !== undefined) query = query.where('verdict', '=', verdict)
  if (worker !== undefined) query = query.where('worker', '=', worker)
  if (from !== undefined) query = query.where('at', '>=', from)
  if (to !== undefined) query = query.where('at', '<', to)
  if (page.after) query = query.where(olderThan('at', page.after))
  const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(page.limit).execute()
  return rows.map(present)
}

/**
 * Those of one start, in order.
 *
 * @param before the id of one that was made just before, and was as good for it.
 */
export async function listExchangesOf(
  db: Kysely<AppTables>,
  attemptId: string,
  before = '',
): Promise<CallbackExchange[]> {
  const rows = await db
    .selectFrom('callback_exchange')
    .select(['exchange', 'verdict'])
    .where((eb) => eb.or([eb('attempt_id', '=', attemptId), eb('id', '=', before)]))
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(present)
}

/** The column also tells the outcome of what was written down when the exchange did not. */
function present({ exchange, verdict }: Pick<ExchangeRow, 'exchange' | 'verdict'>): CallbackExchange {
  return { ...JSON.parse(exchange), outcome: verdict }
}
