import { createServer } from 'node:http'

export type Received = { readonly params: Record<string, string>; readonly signature: string }
/** What a receiver says to a webhook; 'never' keeps it waiting. */
export type Reply = { readonly status?: number; readonly body?: string } | 'never'

export type Receiver = {
  readonly href: string
  /** All so far, first to last. */
  readonly received: readonly Received[]
  /** The next webhook, received or still to come, that nobody has taken yet. */
  next(): Promise<Received>
  /** Breaks off the connections of those who wait. */
  hangUp(): void
}

/** A receiver of webhooks over HTTP, ended with the test. */
export async function listen(
  t: { after(fn: () => void): void },
  reply: (params: Record<string, string>) => Reply = () => ({}),
): Promise<Receiver> {
  const received: Received[] = []
  const waiting: ((received: Received) => void)[] = []
  let taken = 0
  const server = createServer(async (request, response) => {
    let text = ''
    for await (const chunk of request) text += chunk
    const params = Object.fromEntries(new URLSearchParams(text))
    const arrived = { params, signature: String(request.headers['x-twilio-signature']) }
    received.push(arrived)
    const answer = reply(params)
    if (answer !== 'never') response.writeHead(answer.status ?? 200).end(answer.body)
    const waiter = waiting.shift()
    if (!waiter) return
    taken++
    waiter(arrived)
  })
  const { promise, resolve } = Promise.withResolvers<void>()
  server.listen(0, '127.0.0.1', resolve)
  await promise
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as { port: number }
  return {
    href: `http://127.0.0.1:${port}/hooks`,
    received,
    next: () => {
      const first = received[taken]
      if (!first) return new Promise((take) => waiting.push(take))
      taken++
      return Promise.resolve(first)
    },
    hangUp: () => server.closeAllConnections(),
  }
}
