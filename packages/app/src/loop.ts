import type { Context } from './context.ts'

/** Something that goes on until it is stopped. `stop` waits for what is under way, but not for ever. */
export type Loop = { stop(): Promise<void> }

const patienceMs = 10_000

/**
 * Works when woken, when the next thing is due, and now and then in case a wake-up got lost.
 *
 * @param loop.everyMs the longest pause.
 * @param round does what is due and says when (milliseconds since 1970) the next thing will be, if it knows.
 *   Its signal says that the loop is to end: a round should then begin nothing new.
 * @example startLoop(ctx, { name: 'webhooks', topic: 'webhooks', everyMs: 5_000 }, () => workOnWebhooks(ctx))
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

  async function run(): Promise<void> {
    let nextAt: number | undefined
    do {
      woken = false
      try {
        nextAt = await round(signal)
      } catch (error) {
        nextAt = undefined
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
    running = run()
  }

  const unlisten = loop.topic ? ctx.database.onWake(loop.topic, wake) : () => {}
  wake()
  return {
    async stop() {
      stopping.abort()
      clearTimeout(timer)
      unlisten()
      const patience = Promise.withResolvers<void>()
      const limit = setTimeout(patience.resolve, patienceMs)
      await Promise.race([running, patience.promise])
      clearTimeout(limit)
    },
  }
}
