/** How long a customer's message takes to the browsers of its worker, among few and among many open streams. */
import { setTimeout as delay } from 'node:timers/promises'
import { jonas, signIn } from '../tests/support/session.ts'
import { account, authorization, type BenchApp, openApp, read } from './app.ts'
import { answerCallback, phoneOf, proxyAddress } from './customers.ts'
import { median, ms, quantile } from './numbers.ts'
import { type Ratio, say, table } from './report.ts'
import { openStream, type Stream } from './streams.ts'
import { listen } from './upstream/listen.ts'

const few = 200
const many = 2_000
/** The worker's phone and desktop; all other streams are somebody else's. */
const ownStreams = 2
const conversations = 10
const rounds = 3
const messagesARound = 150
const warmUps = 50
const pauseMs = 20
const openedAtOnce = 20
const atMost = 2

/** The same process is measured with few streams and with many, in turns. */
export async function benchEvents(): Promise<Ratio[]> {
  const service = await listen(async (request) =>
    Response.json(answerCallback(new URLSearchParams(await request.text()))),
  )
  const app = await openApp(`${service.url}/callback`, {
    FIRSTLINE_SAMPLES: 'true',
    FIRSTLINE_ENGINE_WRITES_PER_SECOND: '0',
    FIRSTLINE_ACCOUNT_SID: account.accountSid,
    FIRSTLINE_AUTH_TOKEN: account.authToken,
  })
  try {
    for (let id = 1; id <= conversations; id++) await app.start(String(id))
    const other = await signIn(app.firstline.url, jonas.email, jonas.password)
    const latencies = new Map<number, number[]>([few, many].map((streams) => [streams, []]))
    await measure(app, other.cookie, few, warmUps)
    for (let round = 0; round < rounds; round++) {
      for (const [streams, all] of latencies) all.push(...(await measure(app, other.cookie, streams, messagesARound)))
    }
    return judge(latencies)
  } finally {
    await app.stop()
    service.close()
  }
}

async function measure(app: BenchApp, otherCookie: string, count: number, messages: number): Promise<number[]> {
  const arrived = new Map<string, (at: number) => void>()
  const { url } = app.firstline
  const own = Array.from({ length: ownStreams }, (_, stream) =>
    openStream(url, app.session.cookie, ({ type, data }) => {
      if (type !== 'message') return
      const body = /"body":"(bench [^"]+)"/.exec(data)?.[1]
      arrived.get(`${stream} ${body}`)?.(performance.now())
    }),
  )
  const streams = await Promise.all(own)
  while (streams.length < count) streams.push(...(await openSome(url, otherCookie, count - streams.length)))
  await app.settled()
  const latencies: number[] = []
  for (let n = 0; n < messages; n++) {
    const body = `bench ${count} ${n} ${performance.now()}`
    const all = streams.slice(0, ownStreams).map((_, stream) => {
      const { promise, resolve } = Promise.withResolvers<number>()
      arrived.set(`${stream} ${body}`, resolve)
      return promise
    })
    const sentAt = performance.now()
    await send(url, String((n % conversations) + 1), body)
    for (const at of await Promise.all(all)) latencies.push(at - sentAt)
    arrived.clear()
    await delay(pauseMs)
  }
  for (const stream of streams) stream.close()
  while ((await app.metric('firstline_event_streams')) > 0) await delay(pauseMs)
  return latencies
}

function openSome(url: string, cookie: string, left: number): Promise<Stream[]> {
  return Promise.all(Array.from({ length: Math.min(openedAtOnce, left) }, () => openStream(url, cookie)))
}

/** What the customer writes on their phone. */
async function send(url: string, customerId: string, body: string): Promise<void> {
  const headers = { authorization, 'content-type': 'application/json' }
  const message = { from: phoneOf(customerId), to: proxyAddress, body }
  await read(fetch(`${url}/twilio/simulator/messages`, { method: 'POST', headers, body: JSON.stringify(message) }))
}

function judge(latencies: Map<number, number[]>): Ratio[] {
  say(
    `From a customer's message to the ${ownStreams} browsers of its worker: ${rounds} rounds of ${messagesARound}, in turns.`,
  )
  say()
  const rows = [...latencies].map(([streams, all]) => [`${streams} streams`, ms(median(all)), ms(quantile(all, 0.99))])
  say(table(['', 'median', 'p99'], rows))
  const [small = [], large = []] = latencies.values()
  return [
    { what: `message to browser, median: ${many} streams / ${few}`, measured: median(large) / median(small), atMost },
  ]
}
