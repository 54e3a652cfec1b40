import { createMiddleware } from 'hono/factory'
import { routePath } from 'hono/route'
import type { AppEnvironment } from '../http/environment.ts'
import type { Metrics } from './metrics.ts'

/** Counts what is answered, by the route's template: paths hold ids, and there is no end of them. */
export const countRequests = (metrics: Metrics) =>
  createMiddleware<AppEnvironment>(async (c, next) => {
    const begun = performance.now()
    await next()
    // The last one that matched is the handler; what nobody handles is left with the middleware's pattern.
    const route = routePath(c, -1)
    metrics.requestAnswered({ method: c.req.method, route, status: c.res.status, ms: performance.now() - begun })
  })
