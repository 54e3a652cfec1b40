import { setTimeout as delay } from 'node:timers/promises'
import { EngineError } from '../../engine/error.ts'
import type { Work } from '../run.ts'

export type Change<T> = {
  ask(): Promise<T>
  /** What the change would have made, if it is there. */
  look(): Promise<T | undefined>
  /** The engine's code for "that is there already". */
  alreadyThere?: number
}

const maxTries = 3
const retryMs = 200
/** After this nobody waits in front of the screen any more. */
const maxTotalMs = 12_000
const maxBusyMs = 3_000

/**
 * Asks the engine for a change that is made at most once however often it is asked for. After an answer that does not
 * tell, it looks whether the change was made; what says that it is there already is a success whose answer was lost.
 *
 * @throws EngineError
 */
export async function askForChange<T>(change: Change<T>, { signal, doubt }: Work): Promise<T> {
  const begun = performance.now()
  for (let tries = 1; ; tries++) {
    try {
      return await change.ask()
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      const isThere = error.outcome === 'refused' && error.code === change.alreadyThere
      if (error.outcome === 'unclear') doubt()
      if (error.outcome === 'unclear' || isThere) {
        const found = await change.look().catch(() => undefined)
        if (found) return found
      }
      const late = performance.now() - begun > maxTotalMs
      if (error.outcome === 'refused' || tries === maxTries || late) throw error
      await delay(pauseAfter(error, tries), undefined, { signal })
    }
  }
}

/** Milliseconds: as long as the engine asks for, or a little longer each time and never in step with others. */
function pauseAfter(error: EngineError, tries: number): number {
  if (error.retryAfterMs !== undefined) return Math.min(error.retryAfterMs, maxBusyMs)
  return retryMs * 2 ** (tries - 1) * (0.5 + Math.random())
}
