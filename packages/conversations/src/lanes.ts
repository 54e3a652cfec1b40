import { setTimeout as pause } from 'node:timers/promises'
import type { Engine } from './engine.ts'
import { startWorker, type Worker } from './worker.ts'

/** What is due and not under way yet, and when (milliseconds since 1970) the next thing will be. */
export type Due<Lane> = { readonly lanes: readonly Lane[]; readonly nextAt: number | undefined }

/** How long a lane waits that failed, or that another process has in hand. */
const calmMs = 250

/**
 * A worker whose work is in lanes: what has the same key is done one after the other, different keys beside each other,
 * so that one that hangs holds up nobody else.
 *
 * @param due finds what there is places for, beside the lanes that are busy.
 * @param work does what is due in a lane. `false`: it could not now, and will be asked again a little later.
 */
export function startLanes<Lane extends { readonly key: string }>(
  engine: Engine,
  topic: string,
  due: (engine: Engine, busy: readonly Lane[]) => Promise<Due<Lane>>,
  work: (engine: Engine, lane: Lane, isStopping: () => boolean) => Promise<boolean>,
): Worker {
  const busy = new Map<string, { lane: Lane; done: Promise<void> }>()
  const stopping = new AbortController()
  const calm = (ms: number) => pause(ms, undefined, { ref: false, signal: stopping.signal }).catch(() => {})

  async function run(lane: Lane): Promise<void> {
    const done = await work(engine, lane, () => stopping.signal.aborted).catch((error) => {
      engine.log.error({ err: error, worker: topic }, 'a lane failed, and will be tried again')
      return false
    })
    if (!done) await calm(calmMs)
    busy.delete(lane.key)
    rounds.wake()
  }

  const rounds = startWorker(engine, topic, async () => {
    const begun = performance.now()
    const underWay = Array.from(busy.values(), ({ lane }) => lane)
    const { lanes, nextAt } = await due(engine, underWay)
    if (stopping.signal.aborted) return undefined
    for (const lane of lanes) if (!busy.has(lane.key)) busy.set(lane.key, { lane, done: run(lane) })
    // At least as long as it took to look: the longer the list is, the more lanes are looked for at once.
    await calm(performance.now() - begun)
    return nextAt
  })
  return {
    wake: rounds.wake,
    async stop() {
      stopping.abort()
      await rounds.stop()
      await Promise.all(Array.from(busy.values(), ({ done }) => done))
    },
  }
}
