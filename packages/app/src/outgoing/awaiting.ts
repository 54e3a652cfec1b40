/** Waiting for what becomes of an attempt, whichever process has it in hand. */
import type { Context } from '../context.ts'
import { type Attempt, findAttempt } from './attempts.ts'

const topic = 'outgoing attempts'
/** Behind the wake-ups, which may get lost. */
const pollMs = 500
const maxWaitForEndMs = 8_000

/** Wakes those who wait. Call it after the commit that answers or ends an attempt. */
export function wakeWaiting(ctx: Context): void {
  ctx.database.wake(topic)
}

/** Waits until there is an answer, or until `ms` have passed. */
export function awaitAnswer(ctx: Context, id: string, ms: number): Promise<Attempt | undefined> {
  return awaitAttempt(ctx, id, (attempt) => attempt?.answer !== undefined, ms)
}

/** Waits until nothing is left to be done or undone, for some seconds. */
export async function awaitEnd(
  ctx: Context,
  id: string,
  signal: AbortSignal,
): Promise<'ended before' | 'ended now' | 'late'> {
  const isOver = (attempt: Attempt | undefined) =>
    attempt === undefined || attempt.run.state === 'succeeded' || attempt.run.state === 'failed'
  if (isOver(await findAttempt(ctx.database.db, id))) return 'ended before'
  const attempt = await awaitAttempt(ctx, id, isOver, maxWaitForEndMs, signal)
  return isOver(attempt) ? 'ended now' : 'late'
}

async function awaitAttempt(
  ctx: Context,
  id: string,
  isReached: (attempt: Attempt | undefined) => boolean,
  ms: number,
  signal?: AbortSignal,
): Promise<Attempt | undefined> {
  const until = performance.now() + ms
  for (;;) {
    // Listening begins before looking, so that nothing happens unnoticed in between.
    const nap = napUntilWoken(ctx, signal)
    try {
      const attempt = await findAttempt(ctx.database.db, id)
      if (isReached(attempt) || performance.now() >= until) return attempt
      await nap.over
      signal?.throwIfAborted()
    } finally {
      nap.end()
    }
  }
}

function napUntilWoken(ctx: Context, signal: AbortSignal | undefined) {
  const { promise: over, resolve } = Promise.withResolvers<void>()
  const wake = () => resolve()
  const timer = setTimeout(wake, pollMs)
  const stopListening = ctx.database.onWake(topic, wake)
  signal?.addEventListener('abort', wake)
  return {
    over,
    end() {
      clearTimeout(timer)
      stopListening()
      signal?.removeEventListener('abort', wake)
    },
  }
}
