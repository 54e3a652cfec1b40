import { Hono } from 'hono'
import type { Me } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { invalidRequest, RequestError } from '../http/problem.ts'
import { type Auth, clientAddressHeader } from './auth.ts'
import { identify } from './session.ts'
import { deleteSession } from './store.ts'

/** `GET /api/me` */
export function meRoutes(ctx: Context): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>().get('/', (c) => {
    const { id: _, ...worker } = c.var.worker
    return c.json<Me>({ ...worker, engine: ctx.options.engine.kind })
  })
}

/**
 * The few of better-auth's endpoints that there are: whatever else it can do is 404 here. A password is set by invitation,
 * a later one by a new invitation, which the audit tells of.
 */
const exposed = [
  ['POST', '/sign-in/email'],
  ['POST', '/sign-out'],
  ['GET', '/get-session'],
] as const

/** `/api/auth/*`: better-auth's own endpoints, with our problems for its errors. */
export function authRoutes(ctx: Context, auth: Auth): Hono<AppEnvironment> {
  const routes = new Hono<AppEnvironment>()
  for (const [method, path] of exposed) {
    routes.on(method, path, async (c) => {
      const headers = new Headers(c.req.raw.headers)
      headers.delete(clientAddressHeader)
      if (c.var.clientAddress) headers.set(clientAddressHeader, c.var.clientAddress)
      const body = method === 'POST' ? await c.req.arrayBuffer() : new ArrayBuffer()
      // The host comes from the configuration, never from the request.
      const url = new URL(`/api/auth${path}`, ctx.options.publicUrl)
      if (path === '/sign-out') await endSession(ctx, auth, headers)
      const request = new Request(url, { method, headers, ...(body.byteLength > 0 ? { body } : {}) })
      const response = await auth.handler(request)
      // The streams of a session that was left end with it.
      if (path !== '/get-session') ctx.database.wake('people')
      return answer(response)
    })
  }
  return routes
}

/** better-auth says that somebody is signed out also when the session could not be deleted. */
async function endSession(ctx: Context, auth: Auth, headers: Headers): Promise<void> {
  const identified = await identify(auth, headers, { refresh: false })
  if (identified) await deleteSession(ctx.database.db, identified.sessionId)
}

/** better-auth puts the session's token into its answers too; only the HttpOnly cookie may carry it. */
async function answer(response: Response): Promise<Response> {
  if (!response.ok) throw problemOf(response)
  const body = (await response.json().catch(() => null)) as Record<string, unknown> | null
  if (body) delete body['token']
  if (isRecord(body?.['session'])) delete body['session']['token']
  const headers = new Headers({ 'content-type': 'application/json' })
  for (const cookie of response.headers.getSetCookie()) headers.append('set-cookie', cookie)
  return new Response(JSON.stringify(body), { status: response.status, headers })
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null

function problemOf(response: Response): RequestError {
  if (response.status >= 500) {
    const detail = 'Signing in and out is not possible right now. Try again in a moment.'
    return new RequestError(503, 'Not possible now', detail, { retryable: true })
  }
  switch (response.status) {
    case 401:
      return new RequestError(401, 'Not signed in', 'The e-mail address or the password is not right.')
    case 403:
      return new RequestError(403, 'Deactivated', 'This account has been deactivated. Ask your administrator.')
    case 429: {
      const seconds = Number(response.headers.get('x-retry-after')) || 60
      const detail = `There were too many attempts. Wait ${seconds} seconds, then try again.`
      return new RequestError(429, 'Too many attempts', detail, { retryable: true }, { 'retry-after': String(seconds) })
    }
    default:
      return invalidRequest('What was sent could not be used. Check it and try again.')
  }
}
