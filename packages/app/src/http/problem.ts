import { ContractError, contractErrors } from '@firstline/callbacks'
import { DatabaseUnavailableError } from '@firstline/database'
import type { Context as HonoContext } from 'hono'
import { HTTPException } from 'hono/http-exception'
import type { ContentfulStatusCode } from 'hono/utils/http-status'
import type { Problem } from '../api.ts'

/** A failure that is not of the callback contract: no session, no such conversation, a body that cannot be read. */
export class RequestError extends Error {
  override readonly name = 'RequestError'
  readonly status: number
  readonly title: string
  readonly extra: Partial<Problem>
  readonly headers: Record<string, string>

  constructor(
    status: number,
    title: string,
    detail: string,
    extra: Partial<Problem> = {},
    headers: Record<string, string> = {},
  ) {
    super(detail)
    this.status = status
    this.title = title
    this.extra = extra
    this.headers = headers
  }
}

export const notFound = (what: string) =>
  new RequestError(404, 'Not found', `There is no such ${what}, or it is not yours.`)

/** What cannot be understood: 400 with the contract's 48000. @param detail names the field, in words. */
export function invalidRequest(detail: string): RequestError {
  const { status, title, code, remedy } = contractErrors[48000]
  return new RequestError(status, title, detail, { type: typeOf(code), code, remedy })
}

/** Says which code it is, as a URL. */
export const typeOf = (code: number) => `https://firstline.example/errors#${code}`

/** While PostgreSQL restarts, or the network to it is down. */
function databaseUnavailable({ message }: DatabaseUnavailableError): RequestError {
  const detail = 'The app cannot reach its database right now. Try again in a moment.'
  const remedy = 'Check that PostgreSQL runs, and that it takes as many connections as all nodes together may open.'
  const extra = { cause: message, remedy, retryable: true, retryAfterSeconds: 2 }
  return new RequestError(503, 'Database not reached', detail, extra)
}

/** Turns any failure into the problem that the API answers with; what is unknown says nothing of its cause. */
export function toProblem(error: unknown, requestId: string): Problem {
  if (error instanceof DatabaseUnavailableError) return toProblem(databaseUnavailable(error), requestId)
  if (error instanceof RequestError) {
    const { status, title, message, extra } = error
    return { type: 'about:blank', title, status, code: 0, detail: message, retryable: false, requestId, ...extra }
  }
  // The framework's own, for bodies that are not JSON at all.
  if (error instanceof HTTPException && error.status < 500) {
    const detail = 'What was sent could not be read. Reload the page and try again.'
    const isMalformed = error.status === 400
    const known = isMalformed ? invalidRequest(detail) : new RequestError(error.status, 'Not taken', detail)
    return toProblem(known, requestId)
  }
  const known = error instanceof ContractError ? error : new ContractError(48050)
  return {
    type: typeOf(known.code),
    title: known.title,
    status: known.status,
    code: known.code,
    detail: known.worker,
    cause: known.detail ? `${known.cause} (${known.detail})` : known.cause,
    remedy: known.remedy,
    retryable: known.retryable,
    requestId,
    ...known.extra,
  }
}

/** A problem as a worker gets it: a cause may tell of other people's servers and is for administrators. */
export function withoutCause({ cause: _, ...problem }: Problem): Problem {
  return problem
}

/** Answers with a problem, to a worker without its cause. */
export function sendProblem(c: HonoContext, problem: Problem, headers: Record<string, string> = {}): Response {
  const shown = c.get('worker')?.role === 'administrator' ? problem : withoutCause(problem)
  const { retryAfterSeconds } = problem
  return c.json(shown, problem.status as ContentfulStatusCode, {
    ...(retryAfterSeconds !== undefined && { 'retry-after': String(retryAfterSeconds) }),
    ...headers,
    'content-type': 'application/problem+json',
  })
}
