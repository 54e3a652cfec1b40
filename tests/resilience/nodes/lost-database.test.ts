import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { AttemptPage, Message, Problem, StartResult } from '@firstline/app/api'
import pg from 'pg'
import { startPostgres, type ThrowAwayPostgres } from '../../../scripts/postgres.ts'
import { type EventStream, openEventStream } from '../../support/event-stream.ts'
import { runFirstline } from '../../support/firstline.ts'
import type { Session } from '../../support/session.ts'
import { type Cluster, startCluster, succeed } from './cluster.ts'

const phone = '+15553000001'
let postgres: ThrowAwayPostgres
let cluster: Cluster
let worker: Session
let stream: EventStream
let sid: string

before(async () => {
  postgres = await startPostgres()
  // A start that was cut off is soon taken over.
  cluster = await startCluster(1, { START_LEASE_MS: '2000', START_SETTLE_MS: '2000' }, { server: postgres.url })
  worker = await cluster.addWorker('ann@example.com')
  stream = openEventStream(cluster.url, worker.cookie)
  await stream.until(() => stream.firstId() >= 0)
  sid = ((await (await succeed(start(phone, 'start'))).json()) as StartResult).conversationSid
})
after(async () => {
  stream?.close()
  await cluster?.close()
  await postgres?.stop()
})

function start(customer: string, key: string): Promise<Response> {
  const request = { customerId: customer, channel: { type: 'sms', value: customer } }
  return worker.request('POST', '/api/outgoing-conversations', request, { 'idempotency-key': key })
}

/** One of everything that is asked for all the time; each is right, or a 503 that says to try again. */
const reads = ['/api/me', '/api/conversations', '/api/customers', '/api/auth/get-session', '/readyz']

/** What is wrong with an answer. */
async function wrongWith(path: string, response: Response): Promise<string | undefined> {
  const text = await response.text()
  if (response.ok) return path === '/api/auth/get-session' && text === 'null' ? `${path}: nobody` : undefined
  if (path === '/readyz' && response.status === 503) return undefined
  const problem = JSON.parse(text) as Problem
  if (response.status === 503 && problem.retryable) return undefined
  return `${path}: ${response.status} ${text}`
}

/** Asks for all of it, over and over, until it is aborted. @returns what was answered wrongly. */
async function askAllTheTime(signal: AbortSignal): Promise<string[]> {
  const wrong: string[] = []
  await Promise.all(
    reads.map(async (path) => {
      while (!signal.aborted) {
        const found = await wrongWith(path, await worker.request('GET', path))
        if (found) wrong.push(found)
      }
    }),
  )
  return wrong
}

/** Says something as the worker, with the same key until it is said. @returns how often it had to be asked. */
async function say(body: string): Promise<number> {
  for (let tries = 1; ; tries++) {
    const headers = { 'idempotency-key': body.replaceAll(' ', '-') }
    const response = await worker.request('POST', `/api/conversations/${sid}/messages`, { body }, headers)
    if (response.status === 201) {
      const { message } = (await response.json()) as { message: Message }
      if (message.sid) return tries
      assert.equal(message.status, 'sending')
    } else {
      assert.equal(await wrongWith('messages', response), undefined)
    }
    await delay(50)
  }
}

/** Says something as the customer, the same way. */
async function reply(body: string): Promise<void> {
  for (;;) {
    const json = { from: phone, to: '+15550009999', body, messageId: body }
    const response = await cluster.engine('/simulator/messages', { json })
    if (response.ok) return
    const problem = (await response.json()) as { code: number }
    assert.deepEqual([response.status, problem.code], [503, 20503])
    await delay(50)
  }
}

const isSeen = (body: string) =>
  stream.events.some(({ type, data }) => type === 'message' && (data as Message).body === body && (data as Message).sid)

async function cutAll(): Promise<number> {
  const client = new pg.Client(postgres.url)
  await client.connect()
  const { rowCount } = await client.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'firstline %'",
  )
  await client.end()
  return rowCount ?? 0
}

test('cutting every connection under way loses nothing, answers nothing wrongly, and ends nobody', async () => {
  const done = new AbortController()
  const asking = askAllTheTime(done.signal)
  const bodies = Array.from({ length: 12 }, (_, number) => `Number ${number}`)
  let cut = 0
  for (const [number, body] of bodies.entries()) {
    // In the midst of what is being said.
    const said = number % 2 === 0 ? say(body) : reply(body)
    if (number % 3 === 0) cut += await cutAll()
    await said
  }
  done.abort()
  assert.deepEqual(await asking, [])
  assert.ok(cut > 10, `${cut} connections were cut`)
  await stream.until(() => bodies.every(isSeen))
  assert.equal(stream.connections(), 1)
  const answer = await succeed(cluster.engine(`/v1/Conversations/${sid}/Messages?PageSize=100`))
  const { messages } = (await answer.json()) as { messages: { body: string }[] }
  assert.deepEqual(
    messages.map(({ body }) => body),
    bodies,
  )
})

test('starts whose connections are cut under way end definitely, and leave nothing behind', async () => {
  const customers = Array.from({ length: 12 }, (_, number) => `+155530100${String(number).padStart(2, '0')}`)
  const outcomes = new Map<string, StartResult | Problem>()
  const starting = Promise.all(
    customers.map(async (customer) => {
      while (!outcomes.has(customer)) {
        const response = await start(customer, `start ${customer}`)
        const answer = (await response.json()) as StartResult | Problem
        if ('conversationSid' in answer || answer.attemptId) outcomes.set(customer, answer)
        else assert.deepEqual([response.status, answer.retryable], [503, true], JSON.stringify(answer))
      }
    }),
  )
  // Ever more rarely, so that some come through and others break anywhere.
  for (let cuts = 1; outcomes.size < customers.length; cuts++) {
    await cutAll()
    await delay(100 * cuts)
  }
  await starting
  const started = [...outcomes.values()].filter((outcome) => 'conversationSid' in outcome)
  // What failed is taken back, if not at once.
  const isClean = async () => {
    const answer = await succeed(cluster.engine('/v1/Conversations?PageSize=100'))
    const { conversations } = (await answer.json()) as { conversations: { sid: string }[] }
    return conversations.length === started.length + 1
  }
  while (!(await isClean())) await delay(200)
  const attempts = await succeed(cluster.admin.request('GET', '/api/console/attempts'))
  const states = ((await attempts.json()) as AttemptPage).attempts.map(({ state }) => state)
  assert.equal(states.filter((state) => state === 'succeeded').length, started.length + 1)
  assert.equal(states.length, customers.length + 1)
})

test('while PostgreSQL is stopped every request is a 503 that says so, and afterwards all is as before', async () => {
  await postgres.pause()
  for (const path of reads) {
    const response = await worker.request('GET', path)
    assert.equal(response.status, 503, path)
    if (path === '/readyz') continue
    assert.equal(response.headers.get('content-type'), 'application/problem+json')
    assert.ok(Number(response.headers.get('retry-after')) > 0)
    assert.equal(((await response.json()) as Problem).retryable, true)
  }
  assert.equal((await worker.request('GET', '/healthz')).status, 200)
  // Who signs out is not told that they are signed out when they are not.
  assert.equal((await worker.request('POST', '/api/auth/sign-out')).status, 503)
  const signIn = { email: 'ann@example.com', password: 'a long enough password' }
  assert.equal((await worker.request('POST', '/api/auth/sign-in/email', signIn)).status, 503)
  const underWay = say('Said while it was stopped')
  await postgres.resume()
  assert.ok((await underWay) > 1)
  await reply('Heard again')
  await stream.until(() => isSeen('Said while it was stopped') && isSeen('Heard again'))
  assert.equal(stream.connections(), 1)
  assert.equal((await worker.request('GET', '/readyz')).status, 200)
})

test('a start tells in one line why PostgreSQL does not let it in', async () => {
  const told = async (change: (url: URL) => void) => {
    const url = new URL(cluster.databaseUrl)
    change(url)
    const { code, printed } = await runFirstline(['start'], { DATABASE_URL: url.href, DATA_DIR: '/nowhere' })
    assert.equal(code, 1)
    assert.equal(printed.trim().split('\n').length, 1, printed)
    return printed
  }
  const [refused, missing, silent] = await Promise.all([
    told((url) => (url.password = 'not this one')),
    told((url) => (url.pathname = '/not_this_one')),
    told((url) => (url.port = '1')),
  ])
  assert.match(refused, /refuses the password: correct the one in DATABASE_URL/)
  assert.match(missing, /no such database/)
  assert.match(silent, /does not answer at DATABASE_URL .*start it/)
})
