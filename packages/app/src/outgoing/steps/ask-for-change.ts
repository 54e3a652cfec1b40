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

/** Without an answer. A busy engine is asked as often as it wants, for as long as somebody waits. */
const maxTries = 3
const retryMs = 200
/** After this nobody waits in front of the screen any more. */
const maxTotalMs = 12_000

/**
 * Asks the engine for a change that is made at most once however often it is asked for. After an answer that does not
 * tell, it looks whether the change was made; what says that it is there already is a success whose answer was lost.
 * An engine that says when it wants to be asked again is asked nothing before, not even whether the change was made.
 *
 * @throws EngineError
 */
export async function askForChange<T>(change: Change<T>, { signal, doubt, requireHold }: Work): Promise<T> {
  const begun = performance.now()
  const wait = async (ms: number, failure: EngineError) => {
    if (performance.now() - begun + ms > maxTotalMs) throw failure
    await delay(ms, undefined, { signal })
  }
  for (let tries = 1; ; tries++) {
    requireHold()
    try {
      return await change.ask()
    } catch (error) {
      if (!(error instanceof EngineError)) throw error
      let failure = error
      const isThere = error.outcome === 'refused' && error.code === change.alreadyThere
      if (error.outcome === 'down' || (error.outcome === 'refused' && !isThere)) throw error
      if (error.outcome === 'unclear') doubt()
      await wait(error.retryAfterMs ?? 0, error)
      if (error.outcome !== 'busy') {
        try {
          const found = await change.look()
          if (found) return found
        } catch (notSeen) {
          // It was not refused: it is there, and only cannot be looked at.
          if (isThere && notSeen instanceof EngineError) failure = notSeen
          await wait(failure === error ? 0 : (failure.retryAfterMs ?? 0), failure)
        }
      }
      if (error.outcome === 'unclear' && tries >= maxTries) throw failure
      await wait(pauseAfter(tries), failure)
    }
  }
}

/** Milliseconds: a little longer each time and never in step with others. */
function pauseAfter(tries: number): number {
  return retryMs * 2 ** Math.min(tries - 1, 3) * (0.5 + Math.random())
}
