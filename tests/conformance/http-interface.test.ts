import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type {
  AttemptPage,
  ConversationDetails,
  ConversationPage,
  CustomerDetails,
  CustomerPage,
  MessagePage,
  OwnStart,
  ProbeResult,
  Problem,
  SettingsView,
  StartResult,
} from '@firstline/app/api'
import { type Startable, startableCustomers } from '../support/customers.ts'
import { type FirstlineProcess, startFirstline } from '../support/firstline.ts'
import { administrator, amira, asAdministrator, jonas, type Session, signIn } from '../support/session.ts'

/** The HTTP interface as integrations and scripts use it, from outside, on a real process. */
let firstline: FirstlineProcess
let admin: Session
let worker: Session
let colleague: Session
let customer: Startable
let started: StartResult

before(async () => {
  firstline = await startFirstline(asAdministrator)
  admin = await signIn(firstline.url, administrator.email, administrator.password)
  worker = await signIn(firstline.url, amira.email, amira.password)
  colleague = await signIn(firstline.url, jonas.email, jonas.password)
  customer = (await startableCustomers(worker, 'sms', 1))[0] as Startable
})

after(async () => {
  assert.equal(await firstline?.stop(), 0)
})

async function ok<T>(
  session: Session,
  method: string,
  path: string,
  body?: unknown,
  key?: string,
  status = 200,
): Promise<T> {
  const response = await session.request(method, path, body, key ? { 'idempotency-key': key } : {})
  const text = await response.text()
  assert.equal(response.status, status, `${method} ${path}: ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}

async function refused(response: Response, status: number): Promise<Problem> {
  assert.equal(response.status, status)
  assert.match(response.headers.get('content-type') ?? '', /^application\/problem\+json/)
  return (await response.json()) as Problem
}

const start = (
  session: Session,
  key: string,
  input: unknown = { customerId: customer.customerId, channel: customer.channel },
) => session.request('POST', '/api/outgoing-conversations', input, { 'idempotency-key': key })

test('customers are listed by page, found by name, and shown with their channels', async () => {
  const first = await ok<CustomerPage>(worker, 'GET', '/api/customers')
  assert.equal(first.searchable, true)
  assert.ok(first.nextPageToken)
  const found = await ok<CustomerPage>(
    worker,
    'GET',
    `/api/customers?query=${encodeURIComponent(customer.displayName)}`,
  )
  assert.ok(found.customers.some(({ customerId }) => customerId === customer.customerId))
  const details = await ok<CustomerDetails>(worker, 'GET', `/api/customers/${customer.customerId}`)
  assert.equal(details.customer.displayName, customer.displayName)
  await refused(await colleague.request('GET', `/api/customers/${customer.customerId}`), 404)
})

test('a start is answered with its conversation, and its repeat with the same', async () => {
  const response = await start(worker, 'start')
  assert.equal(response.status, 201)
  started = (await response.json()) as StartResult
  assert.match(started.conversationSid, /^CH[0-9a-f]{32}$/)
  assert.match(String(started.proxyAddress), /^\+\d+$/)
  assert.equal(started.reused, false)
  assert.deepEqual(await (await start(worker, 'start')).json(), started)
})

test('its worker, and nobody else, can ask what became of a start', async () => {
  const own = await ok<OwnStart>(worker, 'GET', '/api/outgoing-conversations?idempotencyKey=start')
  assert.equal(own.state, 'succeeded')
  assert.deepEqual(own.result, started)
  await refused(await colleague.request('GET', '/api/outgoing-conversations?idempotencyKey=start'), 404)
})

test('the same key with other input is refused', async () => {
  const input = { customerId: customer.customerId, channel: { type: 'sms', value: '+15550100123' } }
  await refused(await start(worker, 'start', input), 422)
})

test('a start without a key is refused', async () => {
  const input = { customerId: customer.customerId, channel: customer.channel }
  await refused(await worker.request('POST', '/api/outgoing-conversations', input), 400)
})

test('a start to an address that the CRM does not list is refused with 403 and 48025', async () => {
  const input = { customerId: customer.customerId, channel: { type: 'sms', value: '+15550100199' } }
  const problem = await refused(await start(worker, 'not listed', input), 403)
  assert.equal(problem.code, 48025)
})

test('a second start to the same pair lands in the same conversation', async () => {
  const again = (await (await start(worker, 'again')).json()) as StartResult
  assert.equal(again.reused, true)
  assert.equal(again.conversationSid, started.conversationSid)
})

test('attempts show their steps to administrators, newest first', async () => {
  const { attempts } = await ok<AttemptPage>(admin, 'GET', '/api/console/attempts')
  const attempt = attempts.find(({ attemptId }) => attemptId === started.attemptId)
  assert.equal(attempt?.state, 'succeeded')
  assert.deepEqual(
    attempt?.steps.map(({ name, outcome }) => `${name} ${outcome}`),
    ['checkCustomer done', 'createConversation done', 'getProxyAddress done', 'addCustomer done', 'addWorker done'],
  )
  assert.ok(attempt?.steps.every(({ startedAt, ms }) => startedAt !== undefined && ms !== undefined))
  await refused(await worker.request('GET', '/api/console/attempts'), 403)
})

test('a message goes out, and is found in its conversation', async () => {
  const { sid } = { sid: started.conversationSid }
  const { conversations } = await ok<ConversationPage>(worker, 'GET', '/api/conversations')
  assert.ok(conversations.some((conversation) => conversation.sid === sid))
  await ok(worker, 'POST', `/api/conversations/${sid}/messages`, { body: 'Hello there' }, 'hello', 201)
  await ok(worker, 'POST', `/api/conversations/${sid}/messages`, { body: 'Hello there' }, 'hello', 201)
  const { messages } = await ok<MessagePage>(worker, 'GET', `/api/conversations/${sid}/messages`)
  assert.deepEqual(
    messages.map(({ body, direction }) => ({ body, direction })),
    [{ body: 'Hello there', direction: 'outbound' }],
  )
  await ok(worker, 'GET', `/api/conversations/${sid}/templates`)
  assert.ok((await worker.request('POST', `/api/conversations/${sid}/read`, {})).ok)
  await refused(await colleague.request('GET', `/api/conversations/${sid}`), 404)
})

test('a closed conversation takes no message, and frees the pair', async () => {
  const sid = started.conversationSid
  await ok(worker, 'POST', `/api/conversations/${sid}/close`)
  const { conversation } = await ok<ConversationDetails>(worker, 'GET', `/api/conversations/${sid}`)
  assert.equal(conversation.state, 'closed')
  const late = await worker.request(
    'POST',
    `/api/conversations/${sid}/messages`,
    { body: 'Too late' },
    { 'idempotency-key': 'late' },
  )
  assert.ok(late.status >= 400 && late.status < 500)
  const anew = (await (await start(worker, 'anew')).json()) as StartResult
  assert.equal(anew.reused, false)
  assert.notEqual(anew.conversationSid, sid)
})

test('settings are read and written by administrators, and wrong ones refused', async () => {
  const settings = await ok<SettingsView>(admin, 'GET', '/api/console/settings')
  assert.equal(settings.outgoingConversationCallbackUrl, 'built-in')
  const wrong = { ...settings, crmCallbackUrl: 'ftp://example.com' }
  assert.ok((await admin.request('PUT', '/api/console/settings', wrong)).status >= 400)
  await refused(await worker.request('GET', '/api/console/settings'), 403)
})

test('a probe shows the request, the answer and the verdict', async () => {
  const probe = {
    callback: 'outgoingConversation',
    location: 'GetProxyAddress',
    params: {
      Worker: amira.email,
      CustomerId: customer.customerId,
      ChannelType: 'sms',
      ChannelValue: customer.channel.value,
    },
  }
  const result = await ok<ProbeResult>(admin, 'POST', '/api/console/probe', probe)
  assert.equal(result.verdict.ok, true)
  assert.match(result.request.body, /Location=GetProxyAddress/)
  assert.match(result.response?.body ?? '', /proxy_address/)
  const nowhere = await ok<ProbeResult>(admin, 'POST', '/api/console/probe', { ...probe, url: 'http://127.0.0.1:9/' })
  assert.equal(nowhere.verdict.ok === false && nowhere.verdict.code, 48004)
})

test('the stream says where it stands, and tells of what happens', async () => {
  const stream = await worker.request('GET', '/api/events')
  assert.match(stream.headers.get('content-type') ?? '', /^text\/event-stream/)
  const sid = (await ok<ConversationPage>(worker, 'GET', '/api/conversations')).conversations[0]?.sid
  await ok(worker, 'POST', `/api/conversations/${sid}/messages`, { body: 'On the stream' }, 'streamed', 201)
  let heard = ''
  for await (const chunk of stream.body as ReadableStream<Uint8Array>) {
    heard += Buffer.from(chunk).toString()
    if (/event: message\n/.test(heard) && heard.includes('On the stream')) break
  }
  assert.match(heard, /^id: \d+$/m)
})

test('without a session, nothing', async () => {
  for (const path of ['/api/me', '/api/customers', '/api/conversations', '/api/events', '/api/console/settings']) {
    await refused(await fetch(firstline.url + path), 401)
  }
})

test('the engine is closed to those without the account, and webhooks to those without its signature', async () => {
  assert.equal((await fetch(`${firstline.url}/twilio/v1/Conversations`)).status, 401)
  const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-twilio-signature': 'AAAA' }
  for (const path of ['/webhooks/conversations', '/integration/callbacks/crm']) {
    const response = await fetch(firstline.url + path, {
      method: 'POST',
      headers: form,
      body: 'Location=GetCustomersList',
    })
    assert.equal(response.status, 403, path)
  }
})

test('it says that it lives and works', async () => {
  for (const path of ['/healthz', '/readyz']) assert.equal((await fetch(firstline.url + path)).status, 200)
})
