import { randomUUID } from 'node:crypto'
import { ContractError } from '@firstline/callbacks'
import { createMiddleware } from 'hono/factory'
import type { Logger } from 'pino'
import type { Problem } from '../api.ts'
import type { AppOptions } from '../context.ts'
import { clientAddress } from './client-address.ts'
import type { AppEnvironment } from './environment.ts'

/** Internal error: the contract's code for whatever has no other. */
const internalError = 48050
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
    const quiet = path === '/healthz' || path === '/readyz' || path === '/metrics'
    const ms = Math.round(performance.now() - begun)
    // Neither query nor body nor headers: they may hold names, texts and tokens.
    options.log[quiet ? 'debug' : 'info'](
      { requestId, method, path, status: c.res.status, ms, worker: c.get('worker')?.id },
      'answered',
    )
  })

/** Writes down what failed on our side. A failed callback has a code and is in the callback log; the rest is a defect. */
export function logFailure(log: Logger, error: unknown, { requestId, status, code }: Problem): void {
  if (status < 500) return
  if (error instanceof ContractError && code !== internalError) {
    log.warn({ requestId, code }, 'callback failed')
    return
  }
  // Only these: a database's error also carries the values that it did not like.
  const { name, message, stack, code: errorCode } = error as Partial<Error> & { code?: unknown }
  log.error({ requestId, code, error: { name, message, code: errorCode, stack } }, 'failed')
}
