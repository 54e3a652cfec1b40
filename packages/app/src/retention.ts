import { deleteExchanges } from './console/exchanges.ts'
import type { Context } from './context.ts'
import { deleteWalks } from './customers/walk.ts'
import { deleteEventsBefore } from './events/store.ts'
import { deleteAttempts } from './outgoing/attempts.ts'
import { deleteExpired } from './people/store.ts'

const everyMs = 10 * 60_000
/** A browser that was away for longer reloads everything anyway. */
const eventsMs = 24 * 60 * 60_000
/** What the console shows: attempts, and callbacks as they were on the wire. */
const consoleMs = 30 * 24 * 60 * 60_000
/** Nobody scrolls on in a list of customers after this. */
const walksMs = 6 * 60 * 60_000

/** Deletes what nobody can use any more. */
export async function cleanUp(ctx: Context): Promise<void> {
  const now = ctx.clock()
  await deleteEventsBefore(ctx.database.db, now - eventsMs)
  await deleteExpired(ctx.database.db, now)
  await deleteExchanges(ctx.database.db, now - consoleMs)
  await deleteAttempts(ctx.database.db, now - consoleMs)
  await deleteWalks(ctx.database.db, now - walksMs)
}

/** Cleans up at the start and every ten minutes; every node may. */
export function startCleaning(ctx: Context): { stop(): Promise<void> } {
  let running: Promise<void> = Promise.resolve()
  const run = () => {
    running = cleanUp(ctx).catch((error) => ctx.log.warn({ err: error }, 'old rows could not be deleted'))
  }
  run()
  const timer = setInterval(run, everyMs).unref()
  return {
    stop: () => {
      clearInterval(timer)
      return running
    },
  }
}
