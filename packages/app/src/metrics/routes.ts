import { createHash, timingSafeEqual } from 'node:crypto'
import { Hono } from 'hono'
import type { AppOptions, Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { RequestError } from '../http/problem.ts'
import { measure, type Node } from './measuring.ts'

/** `GET /metrics`: what Prometheus reads. */
export function metricsRoutes(ctx: Context, node: Node): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>().get('/', async (c) => {
    requireReader(ctx.options, c.req.raw)
    await measure(ctx, node)
    const { text, contentType } = await ctx.metrics.write()
    return c.body(text, 200, { 'content-type': contentType, 'cache-control': 'no-store' })
  })
}

type ReaderOptions = Pick<AppOptions, 'metricsToken' | 'publicUrl' | 'remoteAddress'>

/**
 * Lets in whoever has the token. Without one configured, only the machine itself, and only where the app is not
 * published at all: a proxy's requests come from the machine too, and need not say that they were passed on.
 */
function requireReader({ metricsToken, publicUrl, remoteAddress }: ReaderOptions, request: Request): void {
  if (metricsToken !== undefined) {
    const [, given] = /^Bearer (\S+)$/i.exec(request.headers.get('authorization') ?? '') ?? []
    if (given !== undefined && isSame(given, metricsToken)) return
    const headers = { 'www-authenticate': 'Bearer realm="metrics"' }
    throw new RequestError(401, 'No access', 'The metrics are shown to whoever has the METRICS_TOKEN.', {}, headers)
  }
  const isPassedOn = ['forwarded', 'x-forwarded-for', 'via'].some((name) => request.headers.has(name))
  const hosts = [new URL(publicUrl).hostname, new URL(request.url).hostname, remoteAddress?.(request) ?? '']
  if (!isPassedOn && hosts.every(isLoopback)) return
  const detail = 'Without METRICS_TOKEN the metrics are shown only on the machine itself, and not through a proxy.'
  throw new RequestError(403, 'No access', detail)
}

/** Compares what has the same length whatever was given. */
function isSame(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(hash(given), hash(expected))
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || host === '::1' || /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(host)
}
