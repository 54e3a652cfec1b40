import { randomUUID } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import type { AppOptions } from '../context.ts'
import { clientAddress } from './client-address.ts'
import type { AppEnvironment } from './environment.ts'

const saneId = /^[\w.:-]{8,128}$/

/** Names the request, by the id that came with it or a new one, and writes one line when it has been answered. */
export const requestLog = (options: Pick<AppOptions, 'log' | 'trustProxy' | 'remoteAddress'>) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const sent = c.req.header('x-request-id')
    const requestId = sent && saneId.test(sent) ? sent : randomUUID()
    c.set('requestId', requestId)
    c.set('clientAddress', clientAddress(options, c.req.raw))
    const begun = performance.now()
    await next()
    c.res.headers.set('x-request-id', requestId)
    const { method, path } = c.req
    const quiet = path === '/healthz' || path === '/readyz'
    const ms = Math.round(performance.now() - begun)
    // Neither query nor body nor headers: they may hold names, texts and tokens.
    options.log[quiet ? 'debug' : 'info'](
      { requestId, method, path, status: c.res.status, ms, worker: c.get('worker')?.id },
      'answered',
    )
  })
