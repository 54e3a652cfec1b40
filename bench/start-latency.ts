/** How much longer a start takes than the calls that it cannot do without. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { OwnStart, Step } from '@firstline/app/api'
import { askProxyAddress } from '@firstline/callbacks'
import { connectEngine } from '../packages/app/src/engine/engine.ts'
import { freePort } from '../scripts/postgres.ts'
import { administrator } from '../tests/support/session.ts'
import { account, type BenchApp, keyOf, openApp, read } from './app.ts'
import { nameOf, phoneOf, proxyAddress } from './customers.ts'
import { mean, median, ms, quantile } from './numbers.ts'
import { type Ratio, say, table } from './report.ts'
import { openStream } from './streams.ts'
import { startUpstream, type Upstream } from './upstream/process.ts'

const engineMs = 80
const callbackMs = 40
const starts = 120
/** Until code is compiled and connections are open. */
const warmUps = 30
const atMost = 1.05

type Bare = { create: number; callback: number; customer: number; worker: number }
type Timed = { total: number; beganAt: number; endedAt: number; steps: Step[] }

/** Starts one after the other, and between each two the same calls without the app: what one suffers, so does the other. */
export async function benchStartLatency(): Promise<Ratio[]> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-bench-'))
  const port = String(await freePort())
  const webhookUrl = `http://localhost:${port}/webhooks/conversations`
  // Two of a kind: what the app does about conversations that it has not started is not to come in a start's way.
  const upstream = await startUpstream({ account, folder: join(folder, 'app'), webhookUrl, engineMs, callbackMs })
  const bareUpstream = await startUpstream({
    account,
    folder: join(folder, 'bare'),
    webhookUrl: upstream.webhookSink,
    engineMs,
    callbackMs,
  })
  const app = await openApp(upstream.callbackUrl, {
    PORT: port,
    TWILIO_ACCOUNT_SID: account.accountSid,
    TWILIO_AUTH_TOKEN: account.authToken,
    TWILIO_CONVERSATIONS_SERVICE_SID: upstream.serviceSid,
    TWILIO_BASE_URL: upstream.engineUrl,
  })
  try {
    // The worker's browser listens, as it does while somebody works.
    const stream = await openStream(app.firstline.url, app.session.cookie)
    const bareCalls = callsWithoutApp(bareUpstream)
    const withApp: Timed[] = []
    const bare: Bare[] = []
    for (let n = 1; n <= warmUps + starts; n++) {
      const start = await timeStart(app, String(2 * n))
      const calls = await bareCalls(String(2 * n + 1))
      if (n <= warmUps) continue
      withApp.push(start)
      bare.push(calls)
    }
    stream.close()
    return judge(withApp, bare)
  } finally {
    await app.stop()
    await Promise.all([upstream.stop(), bareUpstream.stop()])
    await rm(folder, { recursive: true, force: true })
  }
}

async function timeStart(app: BenchApp, customerId: string): Promise<Timed> {
  await app.look(customerId)
  const beganAt = now()
  await app.start(customerId)
  const endedAt = now()
  const own = app.session.request('GET', `/api/outgoing-conversations?idempotencyKey=${keyOf(customerId)}`)
  const { steps } = await read<OwnStart>(own)
  return { total: endedAt - beganAt, beganAt, endedAt, steps }
}

/** The app's own clients for the engine and the callback, called in the order of the contract. */
function callsWithoutApp({ engineUrl, callbackUrl, serviceSid }: Upstream): (customerId: string) => Promise<Bare> {
  const engine = connectEngine({ ...account, serviceSid, fetch, baseUrl: engineUrl, timeoutMs: 10_000 })
  const identity = administrator.email
  return async (id) => {
    const address = phoneOf(id)
    const params = { Worker: identity, CustomerId: id, ChannelType: 'sms', ChannelValue: address } as const
    const [create, callback] = await Promise.all([
      timed(() => engine.createConversation({ uniqueName: `bare-${id}`, friendlyName: nameOf(id), attributes: '{}' })),
      timed(() => askProxyAddress(params, { url: callbackUrl, authToken: account.authToken })),
    ])
    const { sid } = create.value
    const attributes = JSON.stringify({ customer_id: id, display_name: nameOf(id) })
    const customer = await timed(() => engine.addContact(sid, { address, proxyAddress, attributes }))
    const worker = await timed(() => engine.addIdentity(sid, { identity, attributes: '{"display_name":"Grace"}' }))
    return { create: create.ms, callback: callback.ms, customer: customer.ms, worker: worker.ms }
  }
}

function judge(timed: Timed[], bare: Bare[]): Ratio[] {
  const totals = timed.map(({ total }) => total)
  const paths = bare.map(({ create, callback, customer, worker }) => Math.max(create, callback) + customer + worker)
  const ratio = median(totals) / median(paths)
  say(
    `Starts one after the other: ${engineMs} ms for each call of the Conversations API, ${callbackMs} ms for the callback.`,
  )
  say(`${timed.length} starts, and as many times the same calls without the app, in turns.`)
  say()
  const both = (name: string, values: number[]) => [name, ms(median(values)), ms(quantile(values, 0.95))]
  say(table(['', 'median', 'p95'], [both('a start, from request to answer', totals), both('critical path', paths)]))
  say()
  say(whereItGoes(timed, bare))
  return [{ what: `start / critical path, median`, measured: ratio, atMost }]
}

/** The steps are stamped with whole milliseconds, so these are means, right to about half of one. */
function whereItGoes(timed: Timed[], bare: Bare[]): string {
  const average = (value: (one: Timed) => number) => mean(timed.map(value))
  const step = ({ steps }: Timed, name: Step['name']) => {
    const found = steps.find((each) => each.name === name)
    const at = Date.parse(found?.startedAt ?? '')
    return { at, ms: found?.ms ?? Number.NaN, end: at + (found?.ms ?? Number.NaN) }
  }
  const longest = (one: Timed) => Math.max(step(one, 'createConversation').end, step(one, 'getProxyAddress').end)
  const rows = [
    ['request to first step: HTTP, session', average((one) => step(one, 'checkCustomer').at - one.beganAt)],
    [
      'first step: written down, check',
      average((one) => step(one, 'createConversation').at - step(one, 'checkCustomer').at),
    ],
    [
      'create and callback',
      average((one) => longest(one) - step(one, 'createConversation').at),
      mean(bare.map(({ create, callback }) => Math.max(create, callback))),
    ],
    ['between', average((one) => step(one, 'addCustomer').at - longest(one))],
    [
      'add customer',
      average((one) => step(one, 'addWorker').at - step(one, 'addCustomer').at),
      mean(bare.map(({ customer }) => customer)),
    ],
    ['add worker', average((one) => step(one, 'addWorker').ms), mean(bare.map(({ worker }) => worker))],
    ['last step to answer', average((one) => one.endedAt - step(one, 'addWorker').end)],
  ] as const
  return table(
    ['where the time goes (mean)', 'start', 'bare'],
    rows.map(([name, start, without]) => [name, ms(start), without === undefined ? '' : ms(without)]),
  )
}

async function timed<T>(call: () => Promise<T>): Promise<{ value: T; ms: number }> {
  const begun = performance.now()
  const value = await call()
  return { value, ms: performance.now() - begun }
}

/** Milliseconds since 1970, with fractions. */
const now = () => performance.timeOrigin + performance.now()
