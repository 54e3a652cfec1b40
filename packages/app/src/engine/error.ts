/**
 * What came of a call to the engine that did not succeed.
 *
 * - `refused`: the engine said no, and nothing has changed. `code` is its own (50416, 20404, …; 0 when it gave none).
 * - `busy`: the engine asked to come back later (429), and nothing has changed.
 * - `down`: the engine was not asked, because it has not been answering (see `circuit.ts`). Nothing has changed.
 * - `unclear`: no answer, or one that does not say (5xx): it may or may not have taken effect. Look before repeating.
 */
export class EngineError extends Error {
  override readonly name = 'EngineError'
  readonly outcome: 'refused' | 'busy' | 'down' | 'unclear'
  readonly code: number
  readonly status: number
  /** In how many milliseconds to come back: what the engine said (429, 503), or with `down` when it is probed. */
  readonly retryAfterMs: number | undefined

  constructor(
    outcome: EngineError['outcome'],
    code: number,
    status: number,
    message: string,
    cause?: unknown,
    retryAfterMs?: number,
  ) {
    super(message, { cause })
    this.retryAfterMs = retryAfterMs
    this.outcome = outcome
    this.code = code
    this.status = status
  }
}

const notFound = 20404
const defaultRetryAfterSeconds = 5

/** When a person may try again what has failed for this reason. */
export function retryAfterSeconds({ retryAfterMs }: EngineError): number {
  return retryAfterMs === undefined ? defaultRetryAfterSeconds : Math.max(1, Math.ceil(retryAfterMs / 1000))
}

/** Whether the engine said that there is no such thing. */
export function isNotFound(error: unknown): boolean {
  return (
    error instanceof EngineError && error.outcome === 'refused' && (error.code === notFound || error.status === 404)
  )
}

/** Reads what the official client threw. */
export function toEngineError(error: unknown): EngineError {
  if (error instanceof EngineError) return error
  const { status, code, message } = error as { status?: unknown; code?: unknown; message?: unknown }
  const text = typeof message === 'string' ? message : String(error)
  const engineCode = typeof code === 'number' ? code : 0
  if (typeof status !== 'number') return new EngineError('unclear', 0, 0, text, error)
  if (status === 429) return new EngineError('busy', engineCode, status, text, error)
  if (status >= 400 && status < 500) return new EngineError('refused', engineCode, status, text, error)
  return new EngineError('unclear', engineCode, status, text, error)
}
