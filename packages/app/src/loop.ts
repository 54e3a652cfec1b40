import { setTimeout as pause } from 'node:timers/promises'
import type { Context } from './context.ts'
import { outsideTraces } from './http/trace.ts'

/** Something that goes on until it is stopped. */
export type Loop = {
  /** Says that there is something to do. */
  wake(): void
  /** Waits for what is under way, but not for ever. */
  stop(): Promise<void>
}

const patienceMs = 10_000
/** After a round that failed; twice as long after each that follows. */
const firstRetryMs = 1_000

/**
 * Works when woken, when the next thing is due, and now and then in case a wake-up got lost. A round that failed may
 * have left something due: the next one comes soon, and later each time that it fails as well.
 *
 * @param loop.everyMs the longest pause.
 * @param round does what is due and says when (milliseconds since 1970) the next thing will be, if it knows.
 *   Its signal says that the loop is to end: a round should then begin nothing new.
 * @example startLoop(ctx, { name: 'verifying', everyMs: 60_000 }, (signal) => verify(ctx, signal))
 */
export function startLoop(
  ctx: Pick<Context, 'database' | 'clock' | 'log'>,
  loop: { name: string; topic?: string; everyMs: number },
  round: (signal: AbortSignal) => Promise<number | undefined>,
): Loop {
  const stopping = new AbortController()
  const { signal } = stopping
  let timer: NodeJS.Timeout | undefined
  let woken = false
  let running: Promise<void> | undefined
  let failuresInARow = 0

  async function run(): Promise<void> {
    let nextAt: number | undefined
    do {
      woken = false
      try {
        nextAt = await round(signal)
        failuresInARow = 0
      } catch (error) {
        nextAt = ctx.clock() + firstRetryMs * 2 ** failuresInARow++
        if (!signal.aborted)
          ctx.log.error({ err: error, loop: loop.name }, 'a round failed, the next one will try again')
      }
    } while (woken && !signal.aborted)
    running = undefined
    if (signal.aborted) return
    const wait = nextAt === undefined ? loop.everyMs : Math.min(loop.everyMs, Math.max(5, nextAt - ctx.clock()))
    timer = setTimeout(wake, wait)
    timer.unref()
  }

  function wake(): void {
    woken = true
    if (running || signal.aborted) return
    clearTimeout(timer)
    running = outsideTraces(run)
  }

  const unlisten = loop.topic ? ctx.database.onWake(loop.topic, wake) : () => {}
  wake()
  return {
    wake,
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      unlisten()
      await withPatience(running)
    },
  }
}

/** What is due, by key, and when the next thing will be (milliseconds since 1970). */
export type Due = { keys: string[]; nextAt?: number | undefined }

const calmMs = 250

/**
 * A loop whose work is in lanes: what has the same key is done one after the other, different keys beside each other,
 * so that one that hangs holds up nobody else.
 *
 * @param due finds at most `limit` keys that are due, without those that are busy.
 * @param work does all that is due for a key. `false`: it could not now, and is asked again a little later.
 */
export function startLanes(
  ctx: Pick<Context, 'database' | 'clock' | 'log'>,
  loop: { name: string; topic: string; everyMs: number; atOnce: number },
  due: (limit: number, busy: string[]) => Promise<Due>,
  work: (key: string, signal: AbortSignal) => Promise<boolean>,
): Loop {
  const lanes = new Map<string, Promise<void>>()

  async function run(key: string, signal: AbortSignal): Promise<void> {
    const done = await work(key, signal).catch((error) => {
      ctx.log.error({ err: error, loop: loop.name }, 'a lane failed, and will be tried again')
      return false
    })
    if (!done && !signal.aborted) await pause(calmMs, undefined, { ref: false })
    lanes.delete(key)
    rounds.wake()
  }

  const rounds = startLoop(ctx, loop, async (signal) => {
    const free = loop.atOnce - lanes.size
    if (free <= 0 || signal.aborted) return undefined
    const { keys, nextAt } = await due(free, [...lanes.keys()])
    for (const key of keys) if (!lanes.has(key)) lanes.set(key, run(key, signal))
    return nextAt
  })
  return {
    wake: rounds.wake,
    async stop() {
      await rounds.stop()
      await withPatience(Promise.all(lanes.values()))
    },
  }
}

/** Waits for what is under way, for ten seconds at most. */
async function withPatience(work: Promise<unknown> | undefined): Promise<void> {
  const patience = Promise.withResolvers<void>()
  const limit = setTimeout(patience.resolve, patienceMs)
  await Promise.race([work, patience.promise])
  clearTimeout(limit)
}
