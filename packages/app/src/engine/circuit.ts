import { EngineError } from './error.ts'

/** Between the app and the engine: after some failures in a row nobody is let through until the engine answers again. */
export type Circuit = {
  /** Waits at most for a probe. @throws EngineError `down` when the engine is not to be asked. */
  enter(): Promise<void>
  /** What came of a request that was let through: an answer that says something, be it a refusal, or none. */
  left(answered: boolean): void
  isOpen(): boolean
}

export type CircuitOptions = {
  /** Asks the engine for something that changes nothing, with a time-out of its own. Throws when there is no answer. */
  probe(): Promise<unknown>
  /** Told when it opens (`true`) and when it closes. */
  onChange?: ((isOpen: boolean) => void) | undefined
  /** Milliseconds of a clock that never goes back. */
  clock?: () => number
}

const failuresInARow = 5
const firstPauseMs = 1_000
const longestPauseMs = 30_000

/**
 * Makes a circuit that is closed. While it is open every request is turned away at once; after a pause, which grows
 * and is never quite the same, the next one that comes has the engine probed, and those that come meanwhile wait with it.
 *
 * A probe of its own, because a worker's request that is lost leaves something in doubt, and a probe does not.
 */
export function createCircuit({ probe, onChange, clock = () => performance.now() }: CircuitOptions): Circuit {
  let failures = 0
  let pauses = 0
  let probeAt: number | undefined
  let probing: Promise<void> | undefined

  function open(): void {
    const isNew = probeAt === undefined
    const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(pauses, 10))
    // Nodes that opened together do not probe together.
    probeAt = clock() + pause * (0.75 + Math.random() / 4)
    pauses++
    if (isNew) onChange?.(true)
  }

  function close(): void {
    failures = 0
    pauses = 0
    if (probeAt === undefined) return
    probeAt = undefined
    onChange?.(false)
  }

  async function tryAgain(): Promise<void> {
    try {
      await probe()
      close()
    } catch {
      open()
    } finally {
      probing = undefined
    }
  }

  return {
    async enter() {
      if (probeAt !== undefined && clock() >= probeAt) {
        probing ??= tryAgain()
        await probing
      }
      if (probeAt === undefined) return
      const text = 'the engine has not been answering, so it is not asked for the moment'
      throw new EngineError('down', 0, 0, text, undefined, Math.max(0, probeAt - clock()))
    },
    left(answered) {
      // What was let through before it opened says nothing of how things are now.
      if (probeAt !== undefined) return
      failures = answered ? 0 : failures + 1
      if (failures >= failuresInARow) open()
    },
    isOpen: () => probeAt !== undefined,
  }
}
