/** What curl writes by itself. */
const written = new Set(['host', 'content-length', 'connection', 'accept-encoding'])

/**
 * A request as a line for a POSIX shell.
 *
 * @example toCurl(exchange.request) // curl --globoff -X POST 'https://…' -H 'content-type: …' --data-raw 'Location=…'
 */
export function toCurl(request: {
  method: string
  url: string
  headers: Readonly<Record<string, string>>
  body: string
}): string {
  const headers = Object.entries(request.headers)
    .filter(([name]) => !written.has(name.toLowerCase()))
    .map(([name, value]) => `-H ${quote(`${name}: ${value}`)}`)
  // Without --globoff curl takes brackets and braces in a URL for patterns.
  return [
    'curl --globoff -X',
    quote(request.method),
    quote(request.url),
    ...headers,
    `--data-raw ${quote(request.body)}`,
  ].join(' ')
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`
}
