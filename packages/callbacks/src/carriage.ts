/** How a request gets to an integration service and back: over HTTP, or in process through a `Transport`. */
import { lookup as dnsLookup, type LookupAddress } from 'node:dns'
import { request as httpRequest, type IncomingMessage } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP, type LookupFunction } from 'node:net'
import { isRefusedAddress, RefusedAddressError } from './addresses-refused.ts'

/** A service in the same process. It is bounded in time and size like any other. */
export type Transport = (request: Request) => Promise<Response>

export type SentRequest = {
  readonly method: 'POST'
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

/** Milliseconds: `dnsMs` and `connectMs` (TLS included) are durations, the others count from the start. */
export type Timings = {
  totalMs: number
  dnsMs?: number
  connectMs?: number
  /** Until the head of the answer was there. */
  firstByteMs?: number
}

/** What has arrived so far; it is kept when the rest never comes. */
export type Arrived = {
  readonly timings: Timings
  head?: { status: number; headers: Record<string, string> }
  readonly chunks: Uint8Array[]
  truncated: boolean
}

export type Bounds = {
  readonly maxBytes: number
  /** Ends everything, connecting and name resolution included. */
  readonly signal: AbortSignal
  readonly allowPrivateAddresses: boolean
}

/** Sends over HTTP or HTTPS: one connection, one write, no redirects, and only to addresses that may be called. */
export async function carryOverHttp(sent: SentRequest, arrived: Arrived, bounds: Bounds): Promise<void> {
  const started = performance.now()
  const url = new URL(sent.url)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  // A literal address is connected to without a look-up.
  if (isIP(host) && isRefusedAddress(host, bounds.allowPrivateAddresses)) throw new RefusedAddressError(host)

  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)({
      host,
      port: url.port || undefined,
      path: url.pathname + url.search,
      method: sent.method,
      headers: { ...sent.headers },
      agent: false,
      signal: bounds.signal,
      lookup: guardedLookup(bounds.allowPrivateAddresses, (ms) => {
        arrived.timings.dnsMs = ms
      }),
    })
    request.on('socket', (socket) => {
      socket.once(url.protocol === 'https:' ? 'secureConnect' : 'connect', () => {
        arrived.timings.connectMs = performance.now() - started - (arrived.timings.dnsMs ?? 0)
      })
    })
    request.on('response', resolve)
    request.on('error', reject)
    request.on('close', () => reject(new Error('the connection was closed without an answer')))
    request.end(sent.body)
  })
  arrived.timings.firstByteMs = performance.now() - started
  arrived.head = { status: response.statusCode ?? 0, headers: flat(response.headers) }
  await collect(response, arrived, bounds.maxBytes)
}

/** Hands the request to a service in the same process. */
export async function carryInProcess(
  transport: Transport,
  sent: SentRequest,
  arrived: Arrived,
  bounds: Bounds,
): Promise<void> {
  const started = performance.now()
  const aborted = new Promise<never>((_, reject) => {
    bounds.signal.addEventListener('abort', () => reject(bounds.signal.reason), { once: true })
  })
  aborted.catch(() => {})
  const { method, url, headers, body } = sent
  const response = await Promise.race([
    transport(new Request(url, { method, headers, body, signal: bounds.signal })),
    aborted,
  ])
  arrived.timings.firstByteMs = performance.now() - started
  arrived.head = { status: response.status, headers: Object.fromEntries(response.headers) }
  if (!response.body) return
  const reader = response.body.getReader()
  bounds.signal.addEventListener('abort', () => void reader.cancel().catch(() => {}), { once: true })
  await Promise.race([collect(chunksOf(reader), arrived, bounds.maxBytes), aborted])
}

async function* chunksOf(reader: ReadableStreamDefaultReader<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value
  } finally {
    await reader.cancel().catch(() => {})
  }
}

/** Reads up to the limit and not a byte more; breaking off ends the connection. */
async function collect(body: AsyncIterable<Uint8Array>, arrived: Arrived, maxBytes: number): Promise<void> {
  let left = maxBytes
  for await (const chunk of body) {
    arrived.chunks.push(chunk.subarray(0, left))
    left -= chunk.byteLength
    if (left < 0) {
      arrived.truncated = true
      break
    }
  }
}

/** Resolves names, and leaves out addresses that must not be called; what is checked is what is connected to. */
function guardedLookup(allowPrivateAddresses: boolean, measured: (ms: number) => void): LookupFunction {
  return (hostname, options, callback) => {
    const started = performance.now()
    dnsLookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      measured(performance.now() - started)
      if (error) return callback(error, [])
      const allowed = addresses.filter(({ address }) => !isRefusedAddress(address, allowPrivateAddresses))
      const [first] = allowed
      if (!first) return callback(new RefusedAddressError(addresses.map(({ address }) => address).join(', ')), [])
      if (options.all) callback(null, allowed)
      else callback(null, first.address, first.family)
    })
  }
}

function flat(headers: IncomingMessage['headers']): Record<string, string> {
  const entries = Object.entries(headers).map(([name, value]) => [
    name,
    Array.isArray(value) ? value.join(', ') : value,
  ])
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined))
}
