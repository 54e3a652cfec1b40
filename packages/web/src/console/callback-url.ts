/** What the settings hold for the integration service that comes with Firstline. */
export const builtIn = 'built-in'

/**
 * What is wrong with a callback URL, in words for the administrator who types it; `undefined` when nothing is.
 * The server has the last word; this only saves a round trip.
 */
export function callbackUrlProblem(text: string): string | undefined {
  const value = text.trim()
  if (value === '') return 'Enter the address of your server, for example https://example.com/callbacks.'
  if (/\s/.test(value)) return 'The address must not contain spaces.'
  const url = URL.parse(value)
  if (!url || !/^[a-z][a-z0-9+.-]*:\/\//i.test(value))
    return 'Start with https:// or http://, then the name of your server.'
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return 'Only https:// and http:// addresses can be called.'
  // An empty fragment leaves no trace in the parsed URL, but would be part of what is signed.
  if (value.includes('#')) return 'Leave out the part after #: it is never sent to a server.'
  return undefined
}

/** Whether what is sent can be read on the way: http to anywhere but this machine or a private name. */
export function travelsInTheOpen(text: string): boolean {
  const url = URL.parse(text.trim())
  if (url?.protocol !== 'http:') return false
  const host = url.hostname
  return !(host === 'localhost' || host.endsWith('.localhost') || host.startsWith('127.') || host === '[::1]')
}
