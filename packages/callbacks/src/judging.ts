import { RefusedAddressError } from './addresses-refused.ts'
import type { ContractCode } from './error-table.ts'
import { isLocation, type Location } from './requests.ts'

type Failure = { readonly code: ContractCode; readonly detail: string }
type Judgement = { readonly json?: unknown; readonly warnings: readonly string[]; readonly error?: Failure }

/**
 * What a service may say no with: not for this worker, no such customer, no templates. 403 to anything else is what a
 * wrong token gets, and 422 is what a wrong URL gets, unless the service has no templates.
 */
const refusals: Readonly<Record<Location, readonly number[]>> = {
  GetProxyAddress: [403, 404],
  GetCustomersList: [],
  GetCustomerDetailsByCustomerId: [404],
  GetTemplatesByCustomerId: [404, 422],
}

/** Whether a status is a no that the contract provides for: the service works. */
export function isRefusal(location: string, status: number): boolean {
  return isLocation(location) && refusals[location].includes(status)
}

/** Deeper answers would exhaust the stack of whoever writes them down again. */
const maxDepth = 64

/** What an answer is worth before anybody looks at its meaning: its status, its size, its being JSON. */
export function judgeAnswer(
  response: { status: number; headers: Readonly<Record<string, string>>; body: string; truncated: boolean } | undefined,
  maxBytes: number,
): Judgement {
  const fail = (code: ContractCode, detail: string) => ({ warnings: [], error: { code, detail } })
  if (!response) return fail(48004, 'there was no answer')
  const { status, headers, body, truncated } = response
  if (status >= 300 && status < 400) {
    return fail(
      48004,
      `status ${status}: a redirect to ${(headers['location'] ?? 'nowhere').slice(0, 200)} is not followed`,
    )
  }
  if (status < 200 || status > 299) return fail(48004, `status ${status}`)
  if (truncated) return fail(48003, `the answer is over ${Math.floor(maxBytes / 1024)} kB`)
  const encoding = headers['content-encoding']
  if (encoding && encoding !== 'identity') {
    return fail(48003, `the answer is compressed (${encoding.slice(0, 50)}) though it was asked for uncompressed`)
  }
  if (body.trim() === '') return fail(48003, 'the answer is empty, JSON was expected')
  const contentType = headers['content-type'] ?? ''
  let json: unknown
  try {
    json = JSON.parse(body)
  } catch (error) {
    const said = contentType ? ` and its content type ${contentType.slice(0, 100)}` : ''
    return fail(48003, `the answer is not JSON (${(error as Error).message.slice(0, 120)})${said}`)
  }
  if (depthOf(body) > maxDepth) return fail(48003, `the answer is nested more than ${maxDepth} levels deep`)
  const isJson = /^\s*application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i.test(contentType)
  const named = contentType ? `the content type is ${contentType.slice(0, 100)}` : 'there is no content type'
  return { json, warnings: isJson ? [] : [`${named}, application/json was expected`] }
}

const failures: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'the connection was refused: nothing listens there',
  ENOTFOUND: 'there is no such host',
  EAI_AGAIN: 'the host name could not be resolved',
  ECONNRESET: 'the connection was closed before the whole answer was there',
  EPIPE: 'the connection was closed before the whole answer was there',
  EHOSTUNREACH: 'the host cannot be reached',
  ENETUNREACH: 'the network cannot be reached',
  ETIMEDOUT: 'the connection could not be made',
}

/** The code and the reason of a call that came to no end. */
export function describeFailure(error: unknown, host: string): Failure {
  const { code = '', message = 'unknown' } = error as NodeJS.ErrnoException
  if (error instanceof RefusedAddressError) {
    return { code: 48002, detail: `${host}: the address ${message} must not be called from here` }
  }
  // llhttp's errors: somebody answered, but not in HTTP.
  if (code.startsWith('HPE_')) return { code: 48003, detail: `${host}: the answer is not valid HTTP (${code})` }
  const said = failures[code] ?? message.slice(0, 200)
  return { code: 48004, detail: `${host}: ${said}${code ? ` (${code})` : ''}` }
}

function depthOf(json: string): number {
  let depth = 0
  let deepest = 0
  // Strings are taken out first, since they may hold brackets.
  for (const [bracket] of json.replace(/"(?:[^"\\]|\\.)*"/g, '').matchAll(/[[\]{}]/g)) {
    depth += bracket === '[' || bracket === '{' ? 1 : -1
    deepest = Math.max(deepest, depth)
  }
  return deepest
}
