import type { Engine } from './engine.ts'

/** A loop that works when woken, when the next thing is due, and now and then in case a wake-up got lost. */
export type Worker = {
  /** Says that there is something to do. */
  wake(): void
  /** Ends it, after what is under way. */
  stop(): Promise<void>
}

/**
 * Does all that is due, unless it is to stop before.
 *
 * @returns when (milliseconds since 1970) the next thing will be due, if that is known.
 */
export type Work = (engine: Engine, isStopping: () => boolean) => Promise<number | undefined>

const pollMs = 5_000

/** Starts a loop that is woken by a topic of the database. */
export function startWorker(engine: Engine, topic: string, work: Work): Worker {
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
        nextAt = await work(engine, () => stopped)
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
    wake,
    async stop() {
      stopped = true
      clearTimeout(timer)
      unlisten()
      await running
    },
  }
}
