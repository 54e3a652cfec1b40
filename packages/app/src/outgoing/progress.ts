import type { Context } from '../context.ts'
import type { NewEvent } from '../events/log.ts'
import { type Attempt, lockUnanswered } from './attempts.ts'
import { presentAttempt, presentOwnStart } from './present.ts'

/** Steps that begin and end within this time are told of together. */
const gatherMs = 25

export type Progress = { noticed(): void; stop(): void }

/** What browsers are told of an attempt: its worker's, and the administrators'. */
export function eventsOf(attempt: Attempt): NewEvent[] {
  return [
    { audience: { worker: attempt.worker.identity }, type: 'start', data: presentOwnStart(attempt) },
    { audience: 'administrators', type: 'attempt', data: presentAttempt(attempt) },
  ]
}

/**
 * Tells browsers how far a start has got, beside it and never in its way. What is not told because the process stops
 * is told by whoever takes the attempt over.
 */
export function tellProgress(ctx: Context, attempt: Attempt): Progress {
  let timer: NodeJS.Timeout | undefined
  let telling = Promise.resolve()

  async function tell(): Promise<void> {
    await ctx.database.db.transaction().execute(async (tx) => {
      // Locked, so that news from underway cannot come after the end.
      if (await lockUnanswered(tx, attempt)) await ctx.events.append(tx, eventsOf(attempt))
    })
    ctx.events.announce()
  }

  return {
    noticed() {
      timer ??= setTimeout(() => {
        timer = undefined
        telling = telling.then(tell).catch((error) => {
          ctx.log.warn({ attemptId: attempt.id, err: error }, 'progress could not be told')
        })
      }, gatherMs)
    },
    stop: () => clearTimeout(timer),
  }
}
