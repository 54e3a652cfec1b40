/** Whether a process that works steadily stays as large as it is. */
import { setTimeout as delay } from 'node:timers/promises'
import { account, authorization, type BenchApp, openApp, read } from './app.ts'
import { curve } from './curve.ts'
import { answerCallback, phoneOf, proxyAddress } from './customers.ts'
import { median } from './numbers.ts'
import { type Ratio, say } from './report.ts'
import { openStream } from './streams.ts'
import { listen } from './upstream/listen.ts'

/** What happens every second: a start, a message each way, and a conversation that is closed. */
const stepMs = 1_000
const messagesAStep = 4
const streams = 20
/** Open at once; the oldest is closed for each that is started. */
const openAtOnce = 50
const warmUpSteps = 20
const atMost = 1.15
const megabyte = 1024 * 1024

type Sample = { rss: number; heap: number }

/** @param minutes of steady load, after a warm-up. */
export async function benchMemory(minutes: number): Promise<Ratio[]> {
  const service = await listen(async (request) =>
    Response.json(answerCallback(new URLSearchParams(await request.text()))),
  )
  const app = await openApp(`${service.url}/callback`, {
    FIRSTLINE_ACCOUNT_SID: account.accountSid,
    FIRSTLINE_AUTH_TOKEN: account.authToken,
  })
  try {
    for (let n = 0; n < streams; n++) await openStream(app.firstline.url, app.session.cookie)
    const load = steadyLoad(app)
    for (let n = 0; n < warmUpSteps; n++) await load()
    const samples: Sample[] = []
    for (const until = performance.now() + minutes * 60_000; performance.now() < until; ) {
      await load()
      samples.push(await sample(app))
    }
    return judge(samples, minutes)
  } finally {
    await app.stop()
    service.close()
  }
}

/** @returns what is done each step; it ends with the step. */
function steadyLoad(app: BenchApp): () => Promise<void> {
  const open: { id: string; sid: string }[] = []
  let customers = 0
  return async () => {
    const stepOver = delay(stepMs)
    const id = String(++customers)
    await app.look(id)
    open.push({ id, sid: (await app.start(id)).conversationSid })
    for (let n = 0; n < messagesAStep; n++) {
      const one = open[(customers * messagesAStep + n) % open.length]
      if (one) await exchange(app, one, `${customers}-${n}`)
    }
    const oldest = open.length > openAtOnce ? open.shift() : undefined
    if (oldest) await read(app.session.request('POST', `/api/conversations/${oldest.sid}/close`))
    await stepOver
  }
}

/** The customer writes, and the worker answers. */
async function exchange(app: BenchApp, { id, sid }: { id: string; sid: string }, key: string): Promise<void> {
  const message = { from: phoneOf(id), to: proxyAddress, body: 'When will it be there?' }
  const headers = { authorization, 'content-type': 'application/json' }
  const inbound = { method: 'POST', headers, body: JSON.stringify(message) }
  await read(fetch(`${app.firstline.url}/twilio/simulator/messages`, inbound))
  const answer = { body: 'Tomorrow before noon.' }
  await read(app.session.request('POST', `/api/conversations/${sid}/messages`, answer, { 'idempotency-key': key }))
}

async function sample(app: BenchApp): Promise<Sample> {
  const rss = await app.metric('process_resident_memory_bytes')
  const heap = await app.metric('nodejs_heap_size_used_bytes')
  return { rss: rss / megabyte, heap: heap / megabyte }
}

function judge(samples: Sample[], minutes: number): Ratio[] {
  const rss = samples.map((each) => each.rss)
  const heap = samples.map((each) => each.heap)
  say(
    `${minutes} minutes of steady load, after ${(warmUpSteps * stepMs) / 1000} s: each second a start and ${messagesAStep} messages each way, ${streams} streams.`,
  )
  for (const [name, values] of [
    ['resident memory', rss],
    ['heap in use', heap],
  ] as const) {
    say()
    say(`${name}, MB: ${slope(values, minutes).toFixed(2)} MB a minute`)
    say(curve(values))
  }
  return [
    { what: 'resident memory, last quarter / second', measured: growth(rss), atMost },
    { what: 'heap in use, last quarter / second', measured: growth(heap), atMost },
  ]
}

function growth(values: number[]): number {
  const quarter = Math.floor(values.length / 4)
  return median(values.slice(3 * quarter)) / median(values.slice(quarter, 2 * quarter))
}

/** The line nearest to all samples, in their unit a minute. */
function slope(values: number[], minutes: number): number {
  const middle = (values.length - 1) / 2
  const average = values.reduce((sum, value) => sum + value, 0) / values.length
  const rise = values.reduce((sum, value, at) => sum + (at - middle) * (value - average), 0)
  const run = values.reduce((sum, _, at) => sum + (at - middle) ** 2, 0)
  return (rise / run) * (values.length / minutes)
}
