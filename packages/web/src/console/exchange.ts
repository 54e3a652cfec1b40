import type { CallbackExchange } from '@firstline/app/api'

/**
 * The parameters of a form-encoded body, in the order in which they were sent.
 *
 * @example decodeForm('Location=GetProxyAddress&CustomerId=3') // [['Location', 'GetProxyAddress'], ['CustomerId', '3']]
 */
export function decodeForm(body: string): [name: string, value: string][] {
  return [...new URLSearchParams(body)]
}

export type ShownBody = { text: string; kind: 'json' | 'text' | 'empty' }

/** A body made readable: JSON is indented whatever its content type says; a body that was cut stays as it came. */
export function showBody(body: string): ShownBody {
  if (body.trim() === '') return { text: '', kind: 'empty' }
  const first = body.trimStart()[0]
  if (first !== '{' && first !== '[') return { text: body, kind: 'text' }
  try {
    return { text: JSON.stringify(JSON.parse(body), null, 2), kind: 'json' }
  } catch {
    return { text: body, kind: 'text' }
  }
}

export type TimingPart = { kind: 'dns' | 'connect' | 'wait' | 'read'; label: string; ms: number; share: number }

/**
 * The time of an exchange in its parts, in order. `dnsMs` and `connectMs` are how long those took,
 * `firstByteMs` is from the beginning. Parts that were not measured are left out.
 */
export function timingParts(timings: CallbackExchange['timings']): TimingPart[] {
  const { totalMs, dnsMs, connectMs, firstByteMs } = timings
  const parts: Omit<TimingPart, 'share'>[] = []
  if (dnsMs !== undefined) parts.push({ kind: 'dns', label: 'Look up the name', ms: dnsMs })
  if (connectMs !== undefined) parts.push({ kind: 'connect', label: 'Connect', ms: connectMs })
  if (firstByteMs !== undefined) {
    const ms = Math.max(0, firstByteMs - (dnsMs ?? 0) - (connectMs ?? 0))
    parts.push({ kind: 'wait', label: 'Wait for the answer', ms })
    parts.push({ kind: 'read', label: 'Read the answer', ms: Math.max(0, totalMs - firstByteMs) })
  } else if (parts.length > 0) {
    // No answer: what is left of the time went into what came next.
    const ms = Math.max(0, totalMs - (dnsMs ?? 0) - (connectMs ?? 0))
    if (connectMs === undefined) parts.push({ kind: 'connect', label: 'Try to connect', ms })
    else parts.push({ kind: 'wait', label: 'Wait for the answer, in vain', ms })
  }
  const whole = parts.reduce((sum, part) => sum + part.ms, 0) || 1
  return parts.map((part) => ({ ...part, share: part.ms / whole }))
}

const statusWords: Record<number, string> = {
  200: 'OK',
  201: 'Created',
  204: 'No Content',
  301: 'Moved Permanently',
  302: 'Found',
  303: 'See Other',
  307: 'Temporary Redirect',
  308: 'Permanent Redirect',
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  405: 'Method Not Allowed',
  409: 'Conflict',
  415: 'Unsupported Media Type',
  422: 'Unprocessable Content',
  429: 'Too Many Requests',
  500: 'Internal Server Error',
  502: 'Bad Gateway',
  503: 'Service Unavailable',
  504: 'Gateway Timeout',
}

/** `404 Not Found`; the bare number when it is an unusual one. */
export function statusLine(status: number): string {
  const words = statusWords[status]
  return words ? `${status} ${words}` : String(status)
}

/** How many bytes a text is in UTF-8, for people. */
export function formatBytes(text: string): string {
  const bytes = new TextEncoder().encode(text).length
  if (bytes < 1000) return `${bytes} ${bytes === 1 ? 'byte' : 'bytes'}`
  return `${(bytes / 1024).toFixed(1)} kB`
}
