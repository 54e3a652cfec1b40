/** A signed-in browser's worth of HTTP, without the browser. */
export type Session = {
  readonly cookie: string
  request(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<Response>
}

/**
 * Signs in over the HTTP interface and keeps the cookie.
 *
 * @throws when the sign-in is refused.
 */
export async function signIn(url: string, email: string, password: string): Promise<Session> {
  const response = await fetch(`${url}/api/auth/sign-in/email`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  if (!response.ok) throw new Error(`sign-in refused: ${response.status} ${await response.text()}`)
  return sessionAt(url, cookieOf(response))
}

/** The cookie that a sign-in set. */
export function cookieOf(response: Response): string {
  const headers = response.headers.getSetCookie()
  return headers.map((header) => header.split(';')[0]).join('; ')
}

/** The session of this cookie, at a server or at another node of it. */
export function sessionAt(url: string, cookie: string): Session {
  return {
    cookie,
    request: (method, path, body, headers = {}) =>
      fetch(url + path, {
        method,
        headers: { cookie, ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { body: JSON.stringify(body) }),
        signal: AbortSignal.timeout(30_000),
      }),
  }
}

export const administrator = { email: 'Grace@Example.com', password: 'correct horse battery' }
export const asAdministrator = {
  FIRSTLINE_ADMIN_EMAIL: administrator.email,
  FIRSTLINE_ADMIN_PASSWORD: administrator.password,
}
export const amira = { email: 'amira.haddad@harbourpine.example', password: 'harbour-and-pine' }
export const jonas = { email: 'jonas.lind@harbourpine.example', password: 'harbour-and-pine' }
