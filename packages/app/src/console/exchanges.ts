/** The log of callbacks as it is stored. */
import type { Kysely } from 'kysely'
import type { CallbackExchange } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppTables } from '../tables.ts'

export type NewExchange = { exchange: CallbackExchange; attemptId: string | undefined }

/** Writes exchanges and tells the administrators' browsers. */
export async function insertExchanges(ctx: Pick<Context, 'database' | 'events'>, made: NewExchange[]): Promise<void> {
  const rows = made.map(({ exchange, attemptId }) => ({
    id: exchange.exchangeId,
    attempt_id: attemptId ?? null,
    at: Date.parse(exchange.at),
    exchange: JSON.stringify(exchange),
  }))
  await ctx.database.db.transaction().execute(async (tx) => {
    await tx.insertInto('callback_exchange').values(rows).execute()
    await ctx.events.append(
      tx,
      rows.map(({ id }) => ({ audience: 'administrators', type: 'callback', data: { exchangeId: id } })),
    )
  })
  ctx.events.announce()
}

export type ExchangeCursor = { at: number; id: string }

/** The newest first. */
export async function listExchanges(
  db: Kysely<AppTables>,
  page: { after?: ExchangeCursor | undefined; limit: number },
): Promise<CallbackExchange[]> {
  let query = db.selectFrom('callback_exchange').select('exchange')
  const { after } = page
  if (after) {
    query = query.where((eb) =>
      eb.or([eb('at', '<', after.at), eb.and([eb('at', '=', after.at), eb('id', '<', after.id)])]),
    )
  }
  const rows = await query.orderBy('at', 'desc').orderBy('id', 'desc').limit(page.limit).execute()
  return rows.map(({ exchange }) => JSON.parse(exchange))
}

/** Those of one start, in order. */
export async function listExchangesOf(db: Kysely<AppTables>, attemptId: string): Promise<CallbackExchange[]> {
  const rows = await db
    .selectFrom('callback_exchange')
    .select('exchange')
    .where('attempt_id', '=', attemptId)
    .orderBy('at')
    .orderBy('id')
    .execute()
  return rows.map(({ exchange }) => JSON.parse(exchange))
}

export async function deleteExchanges(db: Kysely<AppTables>, before: number): Promise<void> {
  await db.deleteFrom('callback_exchange').where('at', '<', before).execute()
}
