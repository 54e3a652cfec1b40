import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { AttemptPage, Message, SettingsView, StartResult, Worker } from '@firstline/app/api'
import { sampleWorkers } from '@firstline/integration'
import pg from 'pg'
import { openEventStream } from '../../support/event-stream.ts'
import { amira, sessionAt, signIn } from '../../support/session.ts'
import { type Cluster, startCluster, succeed } from './cluster.ts'
import { startCounter } from './counter.ts'
import { judgeTraffic } from './judge.ts'
import { closeTraffic, runTraffic } from './traffic.ts'

let cluster: Cluster
let worker: Awaited<ReturnType<Cluster['addWorker']>>
before(async () => {
  cluster = await startCluster(3)
  worker = await cluster.addWorker('ann@example.com')
})
after(() => cluster?.close())

const at = (node: number, session = worker) => sessionAt(cluster.nodes[node] as string, session.cookie)
let phones = 0
const newPhone = () => `+1555200${String(++phones).padStart(4, '0')}`

async function json<T>(asked: Promise<Response>): Promise<T> {
  return (await (await succeed(asked)).json()) as T
}

function start(session: typeof worker, phone: string, key: string = crypto.randomUUID()): Promise<Response> {
  const request = { customerId: phone, channel: { type: 'sms', value: phone } }
  return session.request('POST', '/api/outgoing-conversations', request, { 'idempotency-key': key })
}

function send(session: typeof worker, sid: string, body: string, key: string = crypto.randomUUID()) {
  const headers = { 'idempotency-key': key }
  return session.request('POST', `/api/conversations/${sid}/messages`, { body }, headers)
}

async function query<Row>(sql: string): Promise<Row[]> {
  const client = new pg.Client(cluster.databaseUrl)
  await client.connect()
  const { rows } = await client.query(sql)
  await client.end()
  return rows as Row[]
}

test('three nodes that start at once on an empty database make one account and one set of samples', async () => {
  const [{ n: settings } = { n: 0 }] = await query<{ n: number }>('select count(*)::int n from firstline.account')
  assert.equal(settings, 3)
  const duplicated = await query('select display_name from integration.customer group by 1 having count(*) > 1')
  assert.deepEqual(duplicated, [])
  const { workers } = await json<{ workers: Worker[] }>(cluster.admin.request('GET', '/api/console/workers'))
  assert.equal(workers.length, sampleWorkers.length + 2)
  const defaults = await query('select sid from conversations.service where is_default = 1')
  assert.equal(defaults.length, 1)
})

test('a sign-in at one node is valid at all, and a sign-out ends it at all', async () => {
  const session = await signIn(cluster.nodes[0] as string, amira.email, amira.password)
  const ask = () => Promise.all([0, 1, 2].map((node) => at(node, session).request('GET', '/api/me')))
  assert.deepEqual(
    (await ask()).map(({ status }) => status),
    [200, 200, 200],
  )
  await succeed(at(1, session).request('POST', '/api/auth/sign-out'))
  assert.deepEqual(
    (await ask()).map(({ status }) => status),
    [401, 401, 401],
  )
})

test('settings that are changed at one node hold at all at once', async () => {
  const read = (node: number) => json<SettingsView>(at(node, cluster.admin).request('GET', '/api/console/settings'))
  const { outgoingConversationCallbackUrl, crmCallbackUrl } = await read(0)
  for (const node of [0, 1, 2]) {
    const templatesCallbackUrl = `https://templates.example/${node}`
    const changed = { outgoingConversationCallbackUrl, crmCallbackUrl, templatesCallbackUrl }
    await succeed(at(node, cluster.admin).request('PUT', '/api/console/settings', changed))
    for (const other of [0, 1, 2]) assert.equal((await read(other)).templatesCallbackUrl, templatesCallbackUrl)
  }
})

test('the same key at all nodes at once is one start, with one answer', async () => {
  const phone = newPhone()
  const answers = await Promise.all([0, 1, 2, 0, 1, 2].map((node) => start(at(node), phone, 'one start')))
  const results = await Promise.all(answers.map(async (answer) => [answer.status, await answer.json()]))
  for (const result of results) assert.deepEqual(result, results[0])
  assert.equal(results[0]?.[0], 201)
  const { attempts } = await json<AttemptPage>(cluster.admin.request('GET', '/api/console/attempts'))
  assert.equal(attempts.filter(({ channel }) => channel.value === phone).length, 1)
})

test('different keys at all nodes at once are one conversation with the customer', async () => {
  const phone = newPhone()
  const results = await Promise.all([0, 1, 2].map((node) => json<StartResult>(start(at(node), phone))))
  assert.equal(new Set(results.map(({ conversationSid }) => conversationSid)).size, 1)
  assert.equal(results.filter(({ reused }) => !reused).length, 1)
})

test('the same message key at all nodes at once is one message', async () => {
  const { conversationSid: sid } = await json<StartResult>(start(at(0), newPhone()))
  const keys = ['a', 'b', 'c', 'd', 'e'].map((name) => `${sid} ${name}`.replace(' ', '-'))
  const answers = await Promise.all(
    keys.flatMap((key) =>
      [0, 1, 2].map((node) => json<{ message: Message }>(send(at(node), sid, `Text of ${key}`, key))),
    ),
  )
  assert.equal(new Set(answers.map(({ message }) => message.sid)).size, keys.length)
  const { messages } = await json<{ messages: { body: string }[] }>(
    cluster.engine(`/v1/Conversations/${sid}/Messages?PageSize=100`),
  )
  assert.deepEqual(messages.map(({ body }) => body).sort(), keys.map((key) => `Text of ${key}`).sort())
})

test('deactivating a worker at one node ends their stream at another', async () => {
  const leaver = await cluster.addWorker('leaver@example.com')
  const stream = await succeed(at(1, leaver).request('GET', '/api/events'))
  const ended = stream.text()
  const { workers } = await json<{ workers: Worker[] }>(cluster.admin.request('GET', '/api/console/workers'))
  const id = workers.find(({ email }) => email === 'leaver@example.com')?.id
  await succeed(at(2, cluster.admin).request('PATCH', `/api/console/workers/${id}`, { active: false }))
  await ended
  assert.equal((await at(0, leaver).request('GET', '/api/me')).status, 401)
})

test('a browser that falls from a killed node to another misses nothing and sees nothing twice', async (t) => {
  let node = 0
  const stream = openEventStream(() => cluster.nodes[node] as string, worker.cookie)
  t.after(() => stream.close())
  await stream.until(() => stream.connections() > 0 && stream.firstId() >= 0)
  const { conversationSid: sid } = await json<StartResult>(start(at(1), newPhone()))
  const bodies = ['one', 'two', 'three', 'four', 'five', 'six']
  const seen = (body: string) =>
    stream.events.some(
      ({ type, data }) =>
        type === 'message' && (data as Message).body === body && (data as Message).status !== 'sending',
    )
  for (const [turn, body] of bodies.entries()) {
    if (turn === 2) await cluster.kill(0)
    if (turn === 4) node = 2
    await succeed(send(at(1), sid, body))
    if (turn < 2 || turn >= 4) await stream.until(() => seen(body))
  }
  assert.ok(bodies.every(seen))
  assert.ok(stream.connections() > 1)
  assert.deepEqual(
    stream.events.map(({ id }) => id),
    await eventsOf('ann@example.com', stream.firstId(), stream.lastId()),
  )
  await cluster.restart(0)
})

async function eventsOf(identity: string, after: number, upTo: number): Promise<number[]> {
  const audience = `worker ${identity}`
  const rows = await query<{ id: string; audience: string }>(
    `select id, audience from app.event where id > ${after} and id <= ${upTo} order by id`,
  )
  return rows.filter((row) => row.audience === audience).map(({ id }) => Number(id))
}

test('the engine’s nodes share the work: each webhook and each delivery once, in the order of its conversation', async (t) => {
  const counter = await startCounter()
  t.after(() => counter.close())
  const service = await json<{ sid: string }>(cluster.engine('/v1/Services', { form: { FriendlyName: 'Counted' } }))
  const base = `/v1/Services/${service.sid}`
  await succeed(cluster.engine(`${base}/Configuration/Webhooks`, { form: { PostWebhookUrl: counter.url } }))
  const sids = await Promise.all(
    Array.from({ length: 6 }, async () => {
      const { sid } = await json<{ sid: string }>(cluster.engine(`${base}/Conversations`, { form: {} }))
      const binding = {
        'MessagingBinding.Address': newPhone(),
        'MessagingBinding.ProxyAddress': '+15550008888',
      }
      await succeed(cluster.engine(`${base}/Conversations/${sid}/Participants`, { form: binding }))
      return sid
    }),
  )
  const perConversation = 8
  await Promise.all(
    sids.map(async (sid) => {
      for (let number = 0; number < perConversation; number++) {
        const form = { Author: 'system', Body: String(number) }
        await succeed(cluster.engine(`${base}/Conversations/${sid}/Messages`, { form, node: number % 3 }))
      }
    }),
  )
  // Each message is added, sent and delivered.
  await counter.until(() => counter.received.length >= sids.length * (2 + 3 * perConversation))
  for (const sid of sids) {
    const own = counter.received.filter((each) => each['ConversationSid'] === sid)
    const added = own.filter(({ EventType }) => EventType === 'onMessageAdded').map(({ Index }) => Number(Index))
    assert.deepEqual(added, [...Array(perConversation).keys()])
    const delivered = own.filter(({ EventType, Status }) => EventType === 'onDeliveryUpdated' && Status === 'delivered')
    assert.equal(delivered.length, perConversation)
    assert.equal(new Set(delivered.map(({ MessageSid }) => MessageSid)).size, perConversation)
    assert.equal(own.length, 2 + 3 * perConversation)
  }
})

test('messages both ways while a node is killed: none lost, doubled or out of order, and each stream sees all once', async () => {
  const messages = 8
  const traffic = await runTraffic(cluster, { workers: 2, browsersEach: 3, conversationsEach: 2, messages, kills: 1 })
  const { wrong, connections, streams } = await judgeTraffic(cluster, traffic, messages)
  closeTraffic(traffic)
  assert.deepEqual(wrong, [])
  assert.ok(connections > streams)
})
