import { createHmac, timingSafeEqual } from 'node:crypto'

export type FormParameters = URLSearchParams | readonly (readonly [name: string, value: string])[]

/**
 * The value of `X-Twilio-Signature`: base64(HMAC-SHA1(auth token, URL + each name and value in order of the names)).
 *
 * @param url exactly as configured, query included.
 * @param params decoded; a name that comes several times counts once per distinct value, as Twilio's packages do it.
 * @example signRequest('https://mycompany.com/myapp.php?foo=1', [['Digits', '1234']], '12345')
 */
export function signRequest(url: string, params: FormParameters, authToken: string): string {
  return sign(onTheWire(url), params, authToken)
}

/**
 * Whether a signature was made with one of the tokens, in constant time for each. Two are given while they rotate.
 *
 * @param request.url the public URL as the sender knows it; a default port (`:443`) may be there or not.
 * @throws TypeError when there is no token: without a secret nothing can be verified.
 */
export function verifySignature(request: {
  url: string
  params: FormParameters
  signature: string | null | undefined
  authTokens: readonly string[]
}): boolean {
  const tokens = request.authTokens.filter((token) => token !== '')
  if (tokens.length === 0) throw new TypeError('verifySignature needs at least one auth token')
  const given = Buffer.from(request.signature ?? '')
  let holds = false
  for (const token of tokens) {
    for (const url of spellings(request.url)) {
      const expected = Buffer.from(sign(url, request.params, token))
      if (expected.length === given.length && timingSafeEqual(expected, given)) holds = true
    }
  }
  return holds
}

function sign(url: string, params: FormParameters, authToken: string): string {
  const values = new Map<string, Set<string>>()
  for (const [name, value] of params) values.set(name, (values.get(name) ?? new Set()).add(value))
  let data = url
  for (const name of [...values.keys()].sort()) {
    for (const value of [...(values.get(name) ?? [])].sort()) data += name + value
  }
  return createHmac('sha1', authToken).update(data, 'utf8').digest('base64')
}

/** A receiver never sees a fragment, and sees `/` where there is no path. */
function onTheWire(url: string): string {
  const [, origin, path, query] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)([^#]*)/i.exec(url) ?? []
  return origin === undefined ? url : `${origin}${path || '/'}${query}`
}

/** Senders differ in whether they sign a default port; Twilio's packages accept both. */
function spellings(url: string): Set<string> {
  const wire = onTheWire(url)
  const spelled = new Set([wire])
  const parts = /^(https?:\/\/[^/?#]*?)(:\d+)?(\/.*)$/i.exec(wire)
  if (parts) {
    const [, origin = '', port, rest = ''] = parts
    const standard = /^https/i.test(origin) ? ':443' : ':80'
    if (port === undefined) spelled.add(origin + standard + rest)
    if (port === standard) spelled.add(origin + rest)
  }
  return spelled
}
