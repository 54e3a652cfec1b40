/** What is answered when a start fails. */
import { ContractError, fromConversationsError } from '@firstline/callbacks'
import type { Problem } from '../api.ts'
import { EngineError, retryAfterSeconds } from '../engine/error.ts'
import { toProblem } from '../http/problem.ts'
import type { Attempt } from './attempts.ts'
import { CutOffError, type Failure } from './run.ts'

export function problemOf({ step, error }: Failure, { id, requestId }: Attempt): Problem {
  return { ...toProblem(toContractError(step, error), requestId), attemptId: id }
}

/** Unknown errors stay what they are: their problem is 48050, and says nothing of them. */
function toContractError(step: string, error: unknown): unknown {
  if (error instanceof CutOffError) {
    return new ContractError(48050, {
      status: 503,
      worker: 'The start was interrupted, and nothing of it was kept. Try again.',
      cause: 'The process that carried it out stopped in the middle of it.',
      remedy: 'Nothing needs to be done; if it happens again, look at why the server was stopped.',
    })
  }
  if (!(error instanceof EngineError)) return error
  const conversationsCode = error.code
  if (error.outcome === 'refused') {
    const code = fromConversationsError(conversationsCode, step === 'addWorker' ? 'worker' : 'contact')
    const detail = `the Conversations API refused: ${conversationsCode || error.status} ${error.message}`
    return new ContractError(code, { detail, conversationsCode })
  }
  return new ContractError(48050, {
    status: 503,
    worker: 'The messaging system is too busy or does not answer right now. Try again in a moment.',
    cause: 'The Conversations API could not be asked.',
    detail: error.outcome === 'busy' ? 'too many requests (429)' : error.message,
    remedy: 'Check that the Conversations API can be reached and what its status page says.',
    conversationsCode,
    extra: { retryAfterSeconds: retryAfterSeconds(error) },
  })
}
