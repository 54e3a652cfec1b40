import { EngineError, retryAfterSeconds } from '../engine/error.ts'
import { RequestError } from '../http/problem.ts'

/** Says in plain words that the engine did not do what was asked; other errors stay what they are. */
export function engineProblem(error: unknown): unknown {
  if (!(error instanceof EngineError)) return error
  const extra = {
    retryable: error.outcome !== 'refused',
    ...(error.outcome !== 'refused' && { retryAfterSeconds: retryAfterSeconds(error) }),
    cause: `The Conversations API answered ${error.status || 'nothing'}${error.code ? ` with ${error.code}` : ''}.`,
    remedy: 'Check that the Conversations API can be reached and that the account’s token is right.',
  }
  if (error.outcome === 'busy') {
    return new RequestError(503, 'Too much at once', 'There is too much to do at the moment. Try again.', extra)
  }
  if (error.outcome === 'down') {
    const detail = 'The messaging service does not answer at the moment. Try again a little later.'
    return new RequestError(503, 'The messaging service is down', detail, extra)
  }
  const detail = 'The messaging service did not answer as it should. Try again, or tell your administrator.'
  return new RequestError(502, 'The messaging service did not answer', detail, extra)
}
