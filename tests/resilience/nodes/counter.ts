import { once } from 'node:events'
import { createServer } from 'node:http'

export type Counter = {
  readonly url: string
  /** The parameters of every webhook, as often as it came. */
  readonly received: readonly Record<string, string>[]
  until(isReached: () => boolean): Promise<void>
  close(): Promise<void>
}

/** Takes webhooks and keeps all of them, those too that come twice. */
export async function startCounter(): Promise<Counter> {
  const received: Record<string, string>[] = []
  let arrived = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push(Object.fromEntries(new URLSearchParams(body)))
    response.end()
    arrived.resolve()
    arrived = Promise.withResolvers()
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/webhooks`,
    received,
    async until(isReached) {
      while (!isReached()) await arrived.promise
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
