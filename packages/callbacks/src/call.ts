import {
  type Arrived,
  carryInProcess,
  carryOverHttp,
  type SentRequest,
  type Timings,
  type Transport,
} from './carriage.ts'
import type { ContractCode } from './error-table.ts'
import { describeFailure, isRefusal, judgeAnswer } from './judging.ts'
import { type CallbackRequest, encodeParameters, type Location, parametersOf } from './requests.ts'
import { shownUrl } from './shown-url.ts'
import { signRequest } from './signature.ts'

export type CallOptions = {
  /** As configured: it is signed to the letter. */
  readonly url: string
  readonly authToken: string
  /** A service in the same process; without it the URL is called. */
  readonly transport?: Transport | undefined
  /** For everything: name, connection, head and body. 6,000 by default. */
  readonly timeoutMs?: number | undefined
  /** 65,536 by default. */
  readonly maxBytes?: number | undefined
  readonly signal?: AbortSignal | undefined
  /** Loopback and private networks; link-local and metadata addresses are never called. */
  readonly allowPrivateAddresses?: boolean | undefined
  /** Further headers, such as `traceparent`. */
  readonly headers?: Readonly<Record<string, string>> | undefined
  readonly clock?: (() => number) | undefined
}

/** A callback as it was on the wire. A password in the URL is masked. */
export type Exchange = {
  readonly location: Location
  readonly url: string
  /** Milliseconds since 1970. */
  readonly startedAt: number
  readonly request: SentRequest
  /** `body` is what was read; `truncated` says that there was more, or should have been. */
  readonly response?: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: string
    readonly truncated: boolean
  }
  readonly timings: Timings
  readonly json?: unknown
  readonly warnings: readonly string[]
  /** The service works, and said no as the contract provides for it. */
  readonly refused?: true
  /** The `signal` was aborted before the answer was there: there is no error, and nothing to be said of the service. */
  readonly givenUp?: true
  /** `detail` is for the administrator. */
  readonly error?: { readonly code: ContractCode; readonly detail: string }
}

const defaultTimeoutMs = 6_000
const defaultMaxBytes = 65_536

/**
 * Makes one callback: signed, form-encoded, within 6 seconds and 64 kB, without following redirects.
 * Whatever happens outside becomes the exchange's `error` (48001 to 48005); what the answer means is not looked at.
 *
 * @throws only the `signal`'s own reason, when the caller has given up before anything was sent.
 * @example
 * const exchange = await callCallback(
 *   { Location: 'GetProxyAddress', Worker: 'ada@example.com', CustomerId: '3', ChannelType: 'sms', ChannelValue: '+123456789' },
 *   { url: 'https://crm.example.com/outgoing', authToken },
 * )
 */
export async function callCallback(request: CallbackRequest, options: CallOptions): Promise<Exchange> {
  options.signal?.throwIfAborted()
  const startedAt = (options.clock ?? Date.now)()
  const started = performance.now()
  const timings: Timings = { totalMs: 0 }
  const url = options.url.trim()
  const body = encodeParameters(parametersOf(request))
  const target = targetOf(url)

  if (!target) {
    const error = url
      ? { code: 48002 as const, detail: `not an http or https URL: ${url.slice(0, 200)}` }
      : { code: 48001 as const, detail: `no URL is set for the callback that answers ${request.Location}` }
    const unsent: SentRequest = { method: 'POST', url, headers: {}, body }
    return { location: request.Location, url, startedAt, request: unsent, timings, warnings: [], error }
  }

  const signature = signRequest(url, parametersOf(request), options.authToken)
  const sent: SentRequest = {
    method: 'POST',
    url: target.href,
    headers: headersOf(target, body, signature, options.headers),
    body,
  }
  const arrived: Arrived = { timings, chunks: [], truncated: false }
  const timeoutMs = options.timeoutMs ?? defaultTimeoutMs
  const maxBytes = options.maxBytes ?? defaultMaxBytes
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(new Error('timeout')), timeoutMs)
  const signal = options.signal ? AbortSignal.any([late.signal, options.signal]) : late.signal
  const bounds = { maxBytes, signal, allowPrivateAddresses: options.allowPrivateAddresses ?? true }

  let failure: { error: unknown } | undefined
  try {
    if (options.transport) await carryInProcess(options.transport, sent, arrived, bounds)
    else await carryOverHttp(sent, arrived, bounds)
  } catch (error) {
    failure = { error }
  } finally {
    clearTimeout(timer)
  }
  timings.totalMs = performance.now() - started

  const response = arrived.head && {
    ...arrived.head,
    body: textOf(arrived.chunks),
    truncated: arrived.truncated || failure !== undefined,
  }
  const shown = { ...sent, url: target.shown, headers: masked(sent.headers) }
  const exchange = {
    location: request.Location,
    url: target.shown,
    startedAt,
    request: shown,
    ...(response && { response }),
    ...(response && isRefusal(request.Location, response.status) && { refused: true as const }),
    timings,
  }
  if (failure && options.signal?.aborted) return { ...exchange, warnings: [], givenUp: true }
  if (failure) {
    const error = late.signal.aborted
      ? { code: 48005 as const, detail: describeLateness(timeoutMs, arrived) }
      : describeFailure(failure.error, target.host)
    return { ...exchange, warnings: [], error }
  }
  return { ...exchange, ...judgeAnswer(response, maxBytes) }
}

type Target = { readonly href: string; readonly shown: string; readonly host: string; readonly authorization?: string }

/** Where the request goes; a user and password in the URL become a header. */
function targetOf(configured: string): Target | undefined {
  if (!URL.canParse(configured)) return undefined
  const url = new URL(configured)
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return undefined
  const { host, username, password } = url
  if (!username && !password) return { href: configured, shown: configured, host }
  url.username = ''
  url.password = ''
  const credentials = Buffer.from(`${decode(username)}:${decode(password)}`).toString('base64')
  return { href: url.href, shown: shownUrl(configured), host, authorization: `Basic ${credentials}` }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

function headersOf(
  target: Target,
  body: string,
  signature: string,
  further: CallOptions['headers'],
): Record<string, string> {
  return {
    ...further,
    host: target.host,
    'content-type': 'application/x-www-form-urlencoded',
    'content-length': String(Buffer.byteLength(body)),
    accept: 'application/json',
    'accept-encoding': 'identity',
    'user-agent': 'Firstline/1 (callback)',
    ...(target.authorization && { authorization: target.authorization }),
    'x-twilio-signature': signature,
    connection: 'close',
  }
}

function masked(headers: SentRequest['headers']): SentRequest['headers'] {
  return headers['authorization'] ? { ...headers, authorization: 'Basic ***' } : headers
}

/** A NUL becomes a replacement character: PostgreSQL stores none in text. */
function textOf(chunks: readonly Uint8Array[]): string {
  return new TextDecoder().decode(Buffer.concat(chunks)).replaceAll('\0', '\ufffd')
}

function describeLateness(timeoutMs: number, { head, timings, chunks }: Arrived): string {
  const within = `within ${timeoutMs / 1000} seconds`
  if (head) return `the answer (${head.status}) was not complete ${within}; ${Buffer.concat(chunks).length} bytes came`
  return timings.connectMs === undefined
    ? `no connection and no answer ${within}`
    : `connected, but no answer ${within}`
}
