import type { Problem } from '@firstline/app/api'

/** Every failure of a request, whatever it was: `problem` can always be shown as it is. */
export class ProblemError extends Error {
  readonly problem: Problem
  constructor(problem: Problem) {
    super(problem.detail)
    this.name = 'ProblemError'
    this.problem = problem
  }
}

/** Starts and sends take several calls on the server's side; nothing takes longer than this. */
const patienceMs = 30_000

/**
 * Reads from the app's API. A 401 leads to the sign-in screen.
 *
 * @throws ProblemError, also when the network fails (status 0, retryable).
 * @example await get<CustomerPage>('/api/customers?query=ada')
 */
export function get<T>(path: string): Promise<T> {
  return send<T>('GET', path)
}

/**
 * Sends to the app's API, as JSON. A 401 leads to the sign-in screen.
 *
 * @throws ProblemError, also when the network fails: then `outcomeUnknown` says that it may have happened all the same.
 * @example await send('POST', `/api/conversations/${sid}/messages`, { body }, { 'Idempotency-Key': key })
 */
export async function send<T>(
  method: string,
  path: string,
  body?: unknown,
  headers?: Record<string, string>,
): Promise<T> {
  try {
    return await request<T>(method, path, body, headers)
  } catch (error) {
    if (error instanceof ProblemError && error.problem.status === 401) toSignIn()
    throw error
  }
}

/** Like `send`, but a 401 is an ordinary failure. For asking whether anybody is signed in. */
export async function request<T>(
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<T> {
  const response = await fetch(path, {
    method,
    headers: { accept: 'application/json', ...(body === undefined ? {} : jsonType), ...headers },
    signal: AbortSignal.timeout(patienceMs),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch(() => {
    throw new ProblemError(noConnection)
  })
  const text = await response.text().catch(() => {
    throw new ProblemError(noConnection)
  })
  const value = readJson(text)
  if (!response.ok) throw new ProblemError(problemOf(response, value))
  if (value === undefined && text !== '') throw new ProblemError(problemOf(response, undefined))
  return value as T
}

/** Whether the server may have done what was asked although it looks like a failure: ask again with the same key. */
export function outcomeUnknown(problem: Problem): boolean {
  return problem.status === 0 || problem.status === 502 || problem.status === 503 || problem.status === 504
}

/** Whatever was thrown, as a problem that can be shown. */
export function asProblem(error: unknown): Problem {
  if (error instanceof ProblemError) return error.problem
  return {
    ...noConnection,
    title: 'Unexpected error',
    status: 500,
    detail:
      'Something went wrong in the app itself. Load the page again; if that does not help, tell your administrator.',
  }
}

const jsonType = { 'content-type': 'application/json' }

const noConnection: Problem = {
  type: 'about:blank',
  title: 'No connection',
  status: 0,
  code: 0,
  detail: 'Firstline cannot be reached at the moment. Check your connection and try again.',
  retryable: true,
  requestId: '',
}

function readJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Proxies in between answer in their own ways: what is missing is filled in. */
function problemOf(response: Response, value: unknown): Problem {
  const given = typeof value === 'object' && value !== null ? (value as Partial<Problem>) : {}
  const serverSide = response.status >= 500 || response.ok
  return {
    type: 'about:blank',
    title: response.statusText || 'Error',
    code: 0,
    detail:
      response.status === 429
        ? 'That was too much in too short a time. Wait a moment and try again.'
        : serverSide
          ? 'Firstline has a problem at the moment. Try again in a little while.'
          : 'That did not work. Load the page again and retry.',
    retryable: serverSide || response.status === 429,
    requestId: response.headers.get('x-request-id') ?? '',
    ...given,
    status: response.status,
  }
}

/** A whole new page: nothing that the last worker saw stays in memory. */
function toSignIn(): void {
  if (['/sign-in', '/welcome'].includes(location.pathname)) return
  location.assign(`/sign-in?to=${encodeURIComponent(location.pathname + location.search)}`)
}
