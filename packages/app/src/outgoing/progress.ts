/** How far starts have got, told to browsers beside the starts and never in their way. */
import type { Context } from '../context.ts'
import type { NewEvent } from '../events/log.ts'
import { type Attempt, listUnanswered } from './attempts.ts'
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

type Teller = { readonly toTell: Set<Attempt>; timer?: NodeJS.Timeout | undefined; isTelling: boolean }
const tellers = new WeakMap<Context, Teller>()

/** What is not told because the process stops is told by whoever takes the attempt over. */
export function tellProgress(ctx: Context, attempt: Attempt): Progress {
  const teller = tellers.get(ctx) ?? { toTell: new Set(), isTelling: false }
  tellers.set(ctx, teller)
  return {
    noticed() {
      teller.toTell.add(attempt)
      tellSoon(ctx, teller)
    },
    stop: () => teller.toTell.delete(attempt),
  }
}

/** All attempts of this node in one transaction, one at a time: the more there is to tell, the less often. */
function tellSoon(ctx: Context, teller: Teller): void {
  if (teller.timer || teller.isTelling || teller.toTell.size === 0) return
  teller.timer = setTimeout(async () => {
    teller.timer = undefined
    teller.isTelling = true
    const attempts = [...teller.toTell]
    teller.toTell.clear()
    try {
      // All that was to be told may have come to its end meanwhile.
      if (attempts.length > 0) await tell(ctx, attempts)
    } catch (error) {
      ctx.log.warn({ attemptIds: attempts.map(({ id }) => id), err: error }, 'progress could not be told')
    }
    teller.isTelling = false
    tellSoon(ctx, teller)
  }, gatherMs)
}

async function tell(ctx: Context, attempts: readonly Attempt[]): Promise<void> {
  const { events } = ctx
  await events.transaction(async (tx) => {
    // In line first: whoever has told the end is seen then, and whoever has not tells it afterwards.
    await events.standInLine(tx)
    const unanswered = await listUnanswered(tx, attempts)
    const told = attempts.filter(({ id, answer }) => unanswered.has(id) && !answer)
    events.append(tx, told.flatMap(eventsOf))
  })
}
