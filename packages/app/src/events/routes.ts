import { Hono } from 'hono'
import type { AppEnvironment } from '../http/environment.ts'
import { RequestError } from '../http/problem.ts'
import type { EventHub } from './hub.ts'

/** `GET /api/events`: what happens, as it happens. `?lastEventId=` says the same as the header, for a first connection. */
export function eventRoutes(hub: EventHub): Hono<AppEnvironment> {
  return new Hono<AppEnvironment>().get('/', async (c) => {
    const identified = await c.var.identify()
    if (!identified) throw new RequestError(401, 'Not signed in', 'You are not signed in. Sign in.')
    const lastEventId = c.req.header('last-event-id') ?? c.req.query('lastEventId')
    const body = await hub.open(identified, lastEventId || undefined)
    // A proxy that buffers would keep the events to itself.
    return c.body(body, 200, { 'content-type': 'text/event-stream', 'x-accel-buffering': 'no' })
  })
}
