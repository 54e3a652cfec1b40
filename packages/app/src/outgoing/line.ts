/** Workers who start at once, and how many of them are served beside each other. */
import { ContractError } from '@firstline/callbacks'
import type { Context } from '../context.ts'

/** More would only make each other late: for connections to the database, and for the engine's time-out. */
const servedAtOnce = 24
/** No longer than proxies and browsers wait for an answer. */
const maxWaitMs = 45_000

type Line = { served: number; readonly waiting: Set<() => void> }
const lines = new WeakMap<Context, Line>()

/**
 * Does something when it is its turn: in the order of coming, so many at once on this node.
 *
 * @throws ContractError 48050 (503, retryable) when its turn does not come for three quarters of a minute. Then
 *   nothing has been done, and the same idempotency key is as good as new.
 */
export async function inLine<T>(ctx: Context, work: () => Promise<T>): Promise<T> {
  const line = lines.get(ctx) ?? { served: 0, waiting: new Set() }
  lines.set(ctx, line)
  if (line.served < servedAtOnce) line.served++
  else await turn(line)
  try {
    return await work()
  } finally {
    const [next] = line.waiting
    if (next) next()
    else line.served--
  }
}

/** The place of whoever leaves goes to the one who has waited for longest. */
async function turn({ waiting }: Line): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const come = () => {
    waiting.delete(come)
    clearTimeout(patience)
    resolve()
  }
  const patience = setTimeout(() => {
    waiting.delete(come)
    reject(tooBusy())
  }, maxWaitMs)
  waiting.add(come)
  await promise
}

function tooBusy(): ContractError {
  return new ContractError(48050, {
    status: 503,
    worker: 'There is too much to do at the moment. Try again in a little while.',
    cause: 'More conversations were started at once than this node could begin within 45 seconds.',
    remedy: 'If this happens often, add a node, or look at what makes starts slow.',
    extra: { retryAfterSeconds: 10 },
  })
}
