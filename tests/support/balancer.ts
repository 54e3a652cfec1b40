import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'

export type Balancer = {
  readonly url: string
  /** Where requests go, in turn. */
  nodes: readonly string[]
  close(): Promise<void>
}

/**
 * A load balancer as small as can be: each request goes to the next node; one that does not take connections is passed
 * over. What breaks under way breaks for whoever asked.
 */
export async function startBalancer(): Promise<Balancer> {
  let turn = 0
  const balancer = { nodes: [] as readonly string[] }

  function forward(incoming: IncomingMessage, outgoing: ServerResponse, triesLeft: number): void {
    const node = balancer.nodes[turn++ % balancer.nodes.length]
    if (!node || triesLeft === 0) {
      outgoing.writeHead(502).end()
      return
    }
    const { method, headers, url } = incoming
    const passed = request(new URL(url ?? '/', node), {
      method,
      headers: { 'x-forwarded-for': '127.0.0.1', ...headers, connection: 'close' },
      agent: false,
    })
    passed.once('socket', (socket) => {
      socket.once('connect', () => incoming.pipe(passed))
    })
    passed.on('error', (error: NodeJS.ErrnoException) => {
      // Nothing has been read of the request, so another node can have it whole.
      if (error.code === 'ECONNREFUSED') forward(incoming, outgoing, triesLeft - 1)
      else outgoing.destroy()
    })
    passed.on('response', (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
      outgoing.on('close', () => answer.destroy())
    })
    incoming.on('error', () => passed.destroy())
    outgoing.on('close', () => passed.destroy())
  }

  const server = createServer((incoming, outgoing) => forward(incoming, outgoing, balancer.nodes.length))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return Object.assign(balancer, {
    url: `http://localhost:${(server.address() as { port: number }).port}`,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  })
}
