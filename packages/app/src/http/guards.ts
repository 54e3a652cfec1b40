import { bodyLimit } from 'hono/body-limit'
import { createMiddleware } from 'hono/factory'
import type { AppEnvironment } from './environment.ts'
import { RequestError } from './problem.ts'

const isWrite = (method: string) => method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS'

/**
 * Refuses writes that a page of another origin made a browser send. A request without Origin and Sec-Fetch-Site does
 * not come from a browser's page and cannot carry somebody else's cookie, so it passes.
 */
export function refuseForeignWrites(publicUrl: string) {
  const own = new URL(publicUrl).origin
  return createMiddleware<AppEnvironment>(async (c, next) => {
    if (isWrite(c.req.method)) {
      const origin = c.req.header('origin')
      const site = c.req.header('sec-fetch-site')
      const foreign = origin === undefined ? site === 'cross-site' || site === 'same-site' : origin !== own
      if (foreign) {
        throw new RequestError(
          403,
          'Another origin',
          `This came from another address than ${own}, where the app lives.`,
          {
            cause: `Origin is ${origin ?? 'absent'}, Sec-Fetch-Site is ${site ?? 'absent'}; PUBLIC_URL is ${own}.`,
            remedy: 'Set PUBLIC_URL to the address under which browsers reach the app.',
          },
        )
      }
    }
    await next()
  })
}

/** Bodies are JSON: a form cannot send that to another origin without asking first. Writes without a body pass. */
export const requireJson = createMiddleware<AppEnvironment>(async (c, next) => {
  const type = c.req.header('content-type')
  const hasBody = Number(c.req.header('content-length') ?? 0) > 0 || c.req.header('transfer-encoding') !== undefined
  const isJson = type !== undefined && /^application\/json\s*(;|$)/i.test(type)
  if (isWrite(c.req.method) && !isJson && (type !== undefined || hasBody)) {
    throw new RequestError(415, 'Not JSON', 'The body must be sent as application/json.')
  }
  await next()
})

/** @param maxSize bytes; more is 413, without reading on. */
export const limitBody = (maxSize: number) =>
  bodyLimit({
    maxSize,
    onError: () => {
      throw new RequestError(413, 'Too large', `What was sent is too large: at most ${maxSize / 1024} kB are taken.`)
    },
  })

/** What the API says is for one person and one moment. */
export const neverStored = createMiddleware(async (c, next) => {
  await next()
  c.res.headers.set('cache-control', 'no-store')
})
