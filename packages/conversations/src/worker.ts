import type { Engine } from './engine.ts'

/** A loop that works when woken, when the next thing is due, and now and then in case a wake-up got lost. */
export type Worker = { stop(): Promise<void> }

const pollMs = 5_000

/**
 * @param work does all that is due and says when (milliseconds since 1970) the next thing will be, if it knows.
 */
export function startWorker(
  engine: Engine,
  topic: string,
  work: (engine: Engine) => Promise<number | undefined>,
): Worker {
  let stopped = false
  let woken = true
  let timer: NodeJS.Timeout | undefined
  let running: Promise<void> = Promise.resolve()
  let busy = false

  async function run(): Promise<void> {
    let nextAt: number | undefined
    while (woken && !stopped) {
      woken = false
      try {
        nextAt = await work(engine)
      } catch (error) {
        nextAt = undefined
        engine.log.error({ err: error, worker: topic }, 'worker failed, will try again')
      }
    }
    busy = false
    if (stopped) return
    const wait = nextAt === undefined ? pollMs : Math.min(pollMs, Math.max(1, nextAt - engine.clock()))
    timer = setTimeout(wake, wait)
    timer.unref()
  }

  function wake(): void {
    woken = true
    if (busy || stopped) return
    busy = true
    clearTimeout(timer)
    running = run()
  }

  const unlisten = engine.database.onWake(topic, wake)
  wake()
  return {
    async stop() {
      stopped = true
      clearTimeout(timer)
      unlisten()
      await running
    },
  }
}
