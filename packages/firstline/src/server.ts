import type { AddressInfo } from 'node:net'
import { securityHeaders } from '@firstline/app'
import { type HttpBindings, serve } from '@hono/node-server'
import { Hono } from 'hono'
import type { Logger } from 'pino'
import type { Configuration } from './configuration.ts'
import { buildHouse, type House } from './house.ts'
import { website } from './website.ts'

export type RunningServer = {
  house: House
  /** The port on which it listens. */
  port: number
  /** Takes no new requests, finishes those under way, ends the streams. */
  close(): Promise<void>
}

/** How long requests under way may take when the server closes, in milliseconds: longer than any callback. */
const closeWithinMs = 8_000

/**
 * Builds the house and serves it.
 *
 * @param prepare makes the house ready; nobody is let in, and `/readyz` does not answer, before it is done.
 * @throws the error of the database or of the socket (`EADDRINUSE`, …).
 */
export async function startServer(
  configuration: Configuration,
  log: Logger,
  prepare: (house: House) => Promise<void> = async () => {},
): Promise<RunningServer> {
  const addresses = new WeakMap<Request, string>()
  const house = await buildHouse({ configuration, log, remoteAddress: (request) => addresses.get(request) })
  const app = route(house, configuration, addresses)
  try {
    await prepare(house)
    const server = await listen(app, configuration)
    house.start()
    return {
      house,
      port: (server.address() as AddressInfo).port,
      async close() {
        const closed = stopServing(server)
        await house.drain()
        await closed
        await house.close()
      },
    }
  } catch (error) {
    await house.close()
    throw error
  }
}

function route(house: House, { publicUrl }: Configuration, addresses: WeakMap<Request, string>) {
  const root = new Hono<{ Bindings: HttpBindings }>()
  root.use(securityHeaders({ publicUrl }))
  root.use(async (c, next) => {
    const address = c.env.incoming.socket.remoteAddress
    if (address) addresses.set(c.req.raw, address)
    await next()
  })
  for (const path of ['/api/*', '/webhooks/*', '/healthz', '/readyz', '/metrics']) {
    root.all(path, (c) => house.app.fetch(c.req.raw))
  }
  const { engine } = house
  if (engine) root.all('/twilio/*', (c) => engine.fetch(c.req.raw))
  root.all('/integration/*', (c) => house.integration.fetch(c.req.raw))
  root.route('/', website())
  return root
}

type HttpServer = import('node:http').Server

/** Takes nothing new, lets what is under way be answered, and ends connections as they fall idle. */
async function stopServing(server: HttpServer): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()))
  const idle = setInterval(() => server.closeIdleConnections(), 50)
  const late = setTimeout(() => server.closeAllConnections(), closeWithinMs)
  await closed
  clearInterval(idle)
  clearTimeout(late)
}

function listen(app: Hono<{ Bindings: HttpBindings }>, { port, host }: Configuration): Promise<HttpServer> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch: app.fetch, port, hostname: host }, () => resolve(server)) as HttpServer
    server.once('error', reject)
  })
}
