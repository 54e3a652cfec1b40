import { once } from 'node:events'
import { Agent, request as ask, createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'

/**
 * What becomes of one request on its way. `lose the request`: the connection ends before it has arrived. `lose the
 * answer`: after it has taken effect. `cut the answer`: in the middle of the answer's body. `twice`: it arrives two
 * times at once, and the answer of either comes back. `answer`: it never arrives, and the proxy answers.
 * `replace the answer`: it takes effect, and the proxy answers. `hang`: it never arrives, and nothing comes back.
 */
export type Fault =
  | { kind: 'none' | 'lose the request' | 'lose the answer' | 'cut the answer' | 'twice' | 'hang' }
  | { kind: 'delay'; ms: number }
  | { kind: 'answer' | 'replace the answer'; status: number; retryAfterSeconds?: number }

/** A request as the proxy sees it. */
export type Passing = { method: string; path: string; form: URLSearchParams }

export type FaultProxy = {
  url: string
  /** What happens to the next requests; none at first. */
  plan: (passing: Passing) => Fault
  /** How often each kind of fault has happened. */
  happened: Map<string, number>
  /** Requests that reached the other side, each time they did. */
  arrived: Passing[]
  /** Until it is opened again: every connection is ended at once, as where nobody listens. */
  isCut: boolean
  close(): Promise<void>
}

/** Stands between two parties that speak HTTP on loopback, and lets go wrong what can go wrong between them. */
export async function startFaultProxy(target: string): Promise<FaultProxy> {
  const agent = new Agent({ keepAlive: true })
  const hanging = new Set<ServerResponse>()
  const server = createServer((request, response) => {
    pass(request, response).catch(() => response.destroy())
  }).listen(0, '127.0.0.1')
  server.on('connection', (socket) => {
    if (proxy.isCut) socket.destroy()
  })
  await once(server, 'listening')
  const proxy: FaultProxy = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    plan: () => ({ kind: 'none' }),
    happened: new Map(),
    arrived: [],
    isCut: false,
    async close() {
      server.closeAllConnections()
      server.close()
      agent.destroy()
      await once(server, 'close')
    },
  }
  return proxy

  async function pass(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await readAll(request)
    if (proxy.isCut) return void response.destroy()
    const path = request.url ?? '/'
    const passing = { method: request.method ?? 'GET', path, form: new URLSearchParams(body.toString()) }
    const fault = proxy.plan(passing)
    proxy.happened.set(nameOf(fault), (proxy.happened.get(nameOf(fault)) ?? 0) + 1)
    const arrive = () => {
      proxy.arrived.push(passing)
      return forward(request, body)
    }
    switch (fault.kind) {
      case 'hang':
        hanging.add(response)
        return
      case 'lose the request':
        return void response.destroy()
      case 'answer':
        return void answer(response, fault)
      case 'delay':
        await delay(fault.ms)
        break
      case 'twice': {
        const [one, other] = await Promise.all([arrive(), arrive()])
        return void send(response, Math.random() < 0.5 ? one : other)
      }
    }
    const arrived = await arrive()
    if (fault.kind === 'lose the answer') return void response.destroy()
    if (fault.kind === 'replace the answer') return void answer(response, fault)
    if (fault.kind === 'cut the answer') {
      response.writeHead(arrived.status, { ...arrived.headers, 'content-length': String(arrived.body.length + 1) })
      response.write(arrived.body.subarray(0, Math.ceil(arrived.body.length / 2)), () => response.destroy())
      return
    }
    send(response, arrived)
  }

  async function forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Arrived> {
    const { promise, resolve, reject } = Promise.withResolvers<IncomingMessage>()
    const { host: _, ...passed } = headers
    const sent = ask(new URL(url ?? '/', target), { method: method ?? 'GET', headers: passed, agent }, resolve)
    sent.on('error', reject).end(body)
    const answered = await promise
    const { 'transfer-encoding': __, connection: ___, 'keep-alive': ____, ...kept } = answered.headers
    return { status: answered.statusCode ?? 502, headers: kept, body: await readAll(answered) }
  }
}

type Arrived = { status: number; headers: IncomingMessage['headers']; body: Buffer }

function send(response: ServerResponse, { status, headers, body }: Arrived): void {
  response.writeHead(status, { ...headers, ...(status === 204 ? {} : { 'content-length': String(body.length) }) })
  response.end(body)
}

function answer(response: ServerResponse, fault: { status: number; retryAfterSeconds?: number }): void {
  const { status, retryAfterSeconds } = fault
  const headers = retryAfterSeconds === undefined ? {} : { 'retry-after': String(retryAfterSeconds) }
  const body = { code: status === 429 ? 20429 : 20500, message: 'a fault of the proxy', more_info: '', status }
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

function nameOf(fault: Fault): string {
  return 'status' in fault ? `${fault.kind} with ${fault.status}` : fault.kind
}

async function readAll(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = []
  for await (const chunk of stream) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** What the network and a busy engine do on a very bad day, with how often in a thousand requests. */
const badDay: [perMille: number, fault: (random: () => number) => Fault][] = [
  [100, (random) => ({ kind: 'delay', ms: Math.round(random() * 400) })],
  [50, () => ({ kind: 'lose the request' })],
  [50, () => ({ kind: 'lose the answer' })],
  [25, () => ({ kind: 'cut the answer' })],
  [50, () => ({ kind: 'twice' })],
  [40, () => ({ kind: 'answer', status: 429, retryAfterSeconds: 1 })],
  [15, () => ({ kind: 'answer', status: 429 })],
  [25, () => ({ kind: 'answer', status: 503, retryAfterSeconds: 1 })],
  [25, () => ({ kind: 'answer', status: 500 })],
  [25, () => ({ kind: 'replace the answer', status: 500 })],
  [15, () => ({ kind: 'replace the answer', status: 502 })],
]

/** As `happened` names them. */
export const faultsOfABadDay: ReadonlySet<string> = new Set(badDay.map(([, fault]) => nameOf(fault(() => 0))))

/** A plan that is the same for the same seed and order of requests. */
export function randomFaults(seed: number): (passing: Passing) => Fault {
  const random = seeded(seed)
  return () => {
    let drawn = random() * 1000
    for (const [perMille, fault] of badDay) {
      drawn -= perMille
      if (drawn < 0) return fault(random)
    }
    return { kind: 'none' }
  }
}

/** Numbers from 0 to 1: mulberry32, https://gist.github.com/tommyettinger/46a874533244883189143505d203312c */
export function seeded(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
