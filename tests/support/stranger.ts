import { EventEmitter, once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'

/** A callback as it arrived at somebody else's server. */
export type ReceivedCallback = {
  method: string
  headers: IncomingMessage['headers']
  parameters: Record<string, string>
  /** Of the body, in bytes. */
  length: number
}

export type Stranger = {
  url: string
  received: ReceivedCallback[]
  /** What it answers from now on. `hang`: nothing. */
  answer(next: { status?: number; json?: unknown; afterMs?: number } | 'hang'): void
  /** Resolves when that many requests have come in all. */
  asked(count: number): Promise<void>
  close(): Promise<void>
}

/** An integration service that knows nothing of Firstline: Node's own server, and a fixed answer. */
export async function startStranger(): Promise<Stranger> {
  const received: ReceivedCallback[] = []
  const arrivals = new EventEmitter()
  let next: Parameters<Stranger['answer']>[0] = { json: { proxy_address: '+123456789' } }
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    received.push({
      method: request.method ?? '',
      headers: request.headers,
      parameters: Object.fromEntries(new URLSearchParams(body)),
      length: Buffer.byteLength(body),
    })
    arrivals.emit('request')
    if (next === 'hang') return
    const { status = 200, json, afterMs = 0 } = next
    setTimeout(() => {
      response.writeHead(status, { 'content-type': 'application/json' })
      response.end(JSON.stringify(json))
    }, afterMs)
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as { port: number }).port}/callbacks?key=a%20b`,
    received,
    answer: (answer) => {
      next = answer
    },
    async asked(count) {
      while (received.length < count) await once(arrivals, 'request')
    },
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
