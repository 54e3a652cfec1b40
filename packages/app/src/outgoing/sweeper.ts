/** Takes over attempts that a process left behind, and comes back to those whose undoing has to wait. */
import type { Context } from '../context.ts'
import { inTrace, newTrace } from '../http/trace.ts'
import { type Loop, startLoop } from '../loop.ts'
import { LeaseLostError, listAbandoned, nextAbandonedAt, takeOver } from './attempts.ts'
import { carryAttempt, releaseUnderWay } from './carrying.ts'
import { leaseMsOf } from './journal.ts'

const everyMs = 5_000
const atOnce = 10
const drainGraceMs = 5_000

/** Sweeps at once, since the last process may have been killed, and then when a lease runs out. */
export function startSweeper(ctx: Context): Loop {
  const loop = startLoop(ctx, { name: 'sweeping attempts', everyMs }, async (signal) => {
    while (!signal.aborted && (await sweepAttempts(ctx)) > 0);
    return nextAbandonedAt(ctx.database.db)
  })
  return {
    wake: loop.wake,
    async stop() {
      await Promise.all([loop.stop(), releaseUnderWay(ctx, drainGraceMs)])
    },
  }
}

/**
 * Finishes or takes back some of the attempts that are in nobody's hands.
 *
 * @returns how many were taken over; 0: there are no more.
 */
export async function sweepAttempts(ctx: Context): Promise<number> {
  const ids = await listAbandoned(ctx.database.db, ctx.clock(), atOnce)
  const taken = await Promise.all(ids.map((id) => inTrace(newTrace(), () => sweepAttempt(ctx, id))))
  return taken.filter(Boolean).length
}

async function sweepAttempt(ctx: Context, id: string): Promise<boolean> {
  const { database, clock, log } = ctx
  const attempt = await takeOver(database.db, id, clock(), clock() + leaseMsOf(ctx))
  if (!attempt) return false
  try {
    if (!attempt.answer) {
      attempt.notes.push({ at: clock(), text: 'taken over: the process that carried it out has stopped' })
      log.warn({ attemptId: id }, 'an attempt was taken over')
      ctx.metrics.attemptTakenOver()
    }
    await carryAttempt(ctx, attempt, { isNew: false })
  } catch (error) {
    if (!(error instanceof LeaseLostError)) log.error({ attemptId: id, err: error }, 'an attempt could not be swept')
  }
  return true
}
