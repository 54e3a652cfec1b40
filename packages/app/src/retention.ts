/** Deletes what nobody can use any more, little by little, so that others get their turn in between. */
import { setImmediate as turn } from 'node:timers/promises'
import { sql } from 'kysely'
import type { Context } from './context.ts'
import { deleteWalks } from './customers/walk.ts'
import { type Loop, startLoop } from './loop.ts'
import { deleteAttempts } from './outgoing/old-attempts.ts'
import { deleteExpired } from './people/store.ts'

const dayMs = 24 * 60 * 60_000
const everyMs = 10 * 60_000
/** A browser that was away for longer reloads everything anyway. */
const eventsMs = dayMs
/** What the console shows, unless it is configured. */
const defaultDays = 30
/** Who changed what is asked for later than what went wrong. */
const auditDays = 365
/** Nobody scrolls on in a list of customers after this. */
const walksMs = 6 * 60 * 60_000
const rowsAtOnce = 500

/** For how many days the console shows what happened. */
export function retentionDaysOf({ options }: Pick<Context, 'options'>): number {
  return options.retentionDays ?? defaultDays
}

/** One round of it; the signal breaks it off. */
export async function cleanUp(ctx: Context, signal?: AbortSignal): Promise<void> {
  const { db } = ctx.database
  const now = ctx.clock()
  const days = retentionDaysOf(ctx)
  const shownSince = now - days * dayMs
  await deleteExpired(db, now)
  await deleteWalks(db, now - walksMs)
  await littleByLittle(signal, (limit) => deleteOld(ctx, 'event', now - eventsMs, limit))
  await littleByLittle(signal, (limit) => deleteOld(ctx, 'callback_exchange', shownSince, limit))
  await littleByLittle(signal, (limit) => deleteAttempts(db, shownSince, limit))
  const changedSince = now - Math.max(days, auditDays) * dayMs
  await littleByLittle(signal, (limit) => deleteOld(ctx, 'audit_entry', changedSince, limit))
}

/** Cleans up at the start and every ten minutes; every node may. */
export function startCleaning(ctx: Context): Loop {
  return startLoop(ctx, { name: 'cleaning up', everyMs }, async (signal) => {
    await cleanUp(ctx, signal)
    return undefined
  })
}

/** @param deleteSome deletes at most so many, and says how many. */
async function littleByLittle(
  signal: AbortSignal | undefined,
  deleteSome: (limit: number) => Promise<number>,
): Promise<void> {
  while (!signal?.aborted && (await deleteSome(rowsAtOnce)) >= rowsAtOnce) await turn()
}

async function deleteOld(
  { database }: Context,
  table: 'event' | 'callback_exchange' | 'audit_entry',
  before: number,
  limit: number,
): Promise<number> {
  // Of events the first go first: a stream takes it that what comes after one that is there is complete.
  const order = table === 'event' ? 'id' : 'at'
  const { numAffectedRows } = await sql`
    delete from ${sql.table(table)} where id in (
      select id from ${sql.table(table)} where at < ${before} order by ${sql.ref(order)} limit ${limit})`.execute(
    database.db,
  )
  return Number(numAffectedRows ?? 0)
}
