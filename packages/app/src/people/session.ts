import { APIError } from 'better-auth'
import { createMiddleware } from 'hono/factory'
import type { AppEnvironment, Identified } from '../http/environment.ts'
import { RequestError } from '../http/problem.ts'
import type { Auth } from './auth.ts'

/**
 * Reads the session that the request's cookie names.
 *
 * @param options.refresh whether a session in use is prolonged (its cookie is then sent anew).
 */
export async function identify(
  auth: Auth,
  headers: Headers,
  options: { refresh: boolean },
): Promise<Identified | undefined> {
  if (!headers.has('cookie')) return undefined
  const query = { disableRefresh: !options.refresh }
  const answer = await auth.api.getSession({ headers, query, returnHeaders: true }).catch((error) => {
    // That the database is not there is hidden behind an internal error of better-auth's own.
    throw error instanceof APIError && error.cause ? error.cause : error
  })
  if (answer.response?.user.state !== 'active') return undefined
  const { user, session } = answer.response
  const { id, identity, name: displayName, email } = user
  const role = user.role === 'administrator' ? 'administrator' : 'worker'
  return {
    worker: { id, identity, displayName, email, role },
    sessionId: session.id,
    cookies: answer.headers.getSetCookie(),
  }
}

/** Leaves for the guards a way to ask who it is, which is answered once per request and only when asked. */
export const readsSession = (auth: Auth) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    let identified: ReturnType<typeof identify> | undefined
    c.set('identify', () => {
      identified ??= identify(auth, c.req.raw.headers, { refresh: true })
      return identified
    })
    await next()
    for (const cookie of (await identified)?.cookies ?? []) c.res.headers.append('set-cookie', cookie)
  })

/** Lets signed-in workers pass and leaves `c.var.worker`; 401 for others. */
export const requireWorker = createMiddleware<AppEnvironment>(async (c, next) => {
  if (!c.get('worker')) {
    const identified = await c.var.identify()
    if (!identified)
      throw new RequestError(401, 'Not signed in', 'You are not signed in, or your session has ended. Sign in.')
    c.set('worker', identified.worker)
  }
  await next()
})

/** Lets administrators pass; 401 without a session, 403 for workers. */
export const requireAdministrator = createMiddleware<AppEnvironment>(async (c, next) => {
  await requireWorker(c, async () => {})
  if (c.var.worker.role !== 'administrator') {
    throw new RequestError(403, 'For administrators', 'Only an administrator may do this. Ask one of yours.')
  }
  await next()
})
