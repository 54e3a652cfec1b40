import RequestClient from 'twilio/lib/base/RequestClient.js'
import HttpResponse from 'twilio/lib/http/response.js'
import { outsideTraces, traceHeaders } from '../http/trace.ts'
import type { Circuit } from './circuit.ts'
import { EngineError } from './error.ts'

/** One exchange with the engine, for whoever draws or logs it. Never holds bodies or credentials. */
export type EngineCall = {
  method: string
  path: string
  startedAt: number
  ms: number
  /** Absent when no answer came. */
  status?: number
  /** The engine's error code, when it refused. */
  code?: number
  /** Twilio's id of the request, from the answer. */
  requestId?: string
  /** What a write was answered with: the SID of what was made or changed. */
  sid?: string
}

export type EngineTransport = {
  /** Where the requests go: the embedded engine in this process, or the network. */
  fetch: (request: Request) => Promise<Response>
  /** The origin (and path) that stands in for `https://conversations.twilio.com`. */
  baseUrl: string
  /** One request, its answer's body included, in milliseconds. */
  timeoutMs: number
  onCall?: (call: EngineCall) => void
}

const twilioOrigin = 'https://conversations.twilio.com'
/** A page of 100 chat messages of 32 kB is below. */
const maxAnswerBytes = 16 * 1024 * 1024
/** Nobody is told to come back tomorrow. */
const longestRetryAfterMs = 10 * 60_000

/** The HTTP layer of the official `twilio` client on top of `fetch`: the engine may live in the same process. */
export class FetchRequestClient extends RequestClient {
  readonly #transport: EngineTransport
  readonly #circuit: Circuit | undefined
  readonly #headers: Record<string, string>

  /** @param headers go with every request, beside those of the official client. */
  constructor(transport: EngineTransport, circuit?: Circuit, headers: Record<string, string> = {}) {
    super()
    this.#transport = transport
    this.#circuit = circuit
    this.#headers = headers
  }

  override async request<TData>(options: RequestClient.RequestOptions<TData>): Promise<HttpResponse.default<TData>> {
    const url = new URL(options.uri.replace(twilioOrigin, this.#transport.baseUrl))
    appendAll(url.searchParams, options.params)
    const method = options.method.toUpperCase()
    const headers = new Headers(options.headers as Record<string, string>)
    const credentials = Buffer.from(`${options.username}:${options.password}`).toString('base64')
    headers.set('authorization', `Basic ${credentials}`)
    for (const [name, value] of Object.entries({ ...this.#headers, ...traceHeaders() })) headers.set(name, value)
    const form = appendAll(new URLSearchParams(), options.data as object | undefined)
    await this.#circuit?.enter()
    const call: EngineCall = { method, path: url.pathname, startedAt: Date.now(), ms: 0 }
    const begun = performance.now()
    try {
      const request = new Request(url, {
        method,
        headers,
        redirect: 'error',
        signal: AbortSignal.timeout(this.#transport.timeoutMs),
        ...(method === 'POST' ? { body: form.toString() } : {}),
      })
      // The trace goes with the header, also to an engine in the same process.
      const response = await outsideTraces(() => this.#transport.fetch(request))
      const body = await readText(response)
      call.status = response.status
      const requestId = response.headers.get('twilio-request-id')
      if (requestId) call.requestId = requestId
      if (method === 'POST' || response.status >= 400) Object.assign(call, readFacts(body))
      if (response.status === 429 || (response.status === 503 && response.headers.has('retry-after'))) {
        throw notNow(response, call.code)
      }
      // The client's own type says TData; like axios without a JSON type, it gets text and parses it.
      return new HttpResponse.default(response.status, body as TData, Object.fromEntries(response.headers))
    } finally {
      call.ms = performance.now() - begun
      this.#circuit?.left(call.status !== undefined && call.status < 500)
      this.#transport.onCall?.(call)
    }
  }
}

/** The client's own exception would lose `Retry-After`. A 503 does not say that nothing was done. */
function notNow({ status, headers }: Response, code = 0): EngineError {
  const retryAfterMs = readRetryAfter(headers.get('retry-after'))
  return status === 429
    ? new EngineError('busy', code, status, 'too many requests', undefined, retryAfterMs)
    : new EngineError('unclear', code, status, 'not available for the moment', undefined, retryAfterMs)
}

/** Seconds, or the date of a moment: https://www.rfc-editor.org/rfc/rfc9110#field.retry-after */
function readRetryAfter(header: string | null): number | undefined {
  if (!header) return undefined
  const ms = /^\d+$/.test(header.trim()) ? Number(header) * 1000 : Date.parse(header) - Date.now()
  return Number.isNaN(ms) ? undefined : Math.min(longestRetryAfterMs, Math.max(0, ms))
}

/** What is told of an answer. It may be anything, or nothing: a proxy in between answers as well. */
function readFacts(body: string): Pick<EngineCall, 'code' | 'sid'> {
  try {
    const { code, sid } = JSON.parse(body)
    return { ...(typeof code === 'number' && { code }), ...(isSid(sid) && { sid }) }
  } catch {
    return {}
  }
}

function isSid(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Z]{2}[0-9a-f]{32}$/.test(value)
}

async function readText(response: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength
    if (size > maxAnswerBytes) throw new Error(`the engine's answer is larger than ${maxAnswerBytes} bytes`)
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function appendAll(to: URLSearchParams, from: object | undefined): URLSearchParams {
  for (const [name, value] of Object.entries(from ?? {})) {
    for (const one of Array.isArray(value) ? value : [value]) if (one !== undefined) to.append(name, String(one))
  }
  return to
}
