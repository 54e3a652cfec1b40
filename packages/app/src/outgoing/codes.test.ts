/** The codes that a start can meet, each provoked by its real cause. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { AttemptDetails, Settings, StartRequest, StepName } from '../api.ts'
import { changeSettings, readSettings } from '../console/settings.ts'
import {
  answersProxy,
  carol,
  chat,
  json,
  proxyNumber,
  type Reply,
  refusal,
  setStage,
  sms,
  whatsapp,
} from './testing.ts'

type Case = {
  code: number
  name: string
  step?: StepName
  status?: number
  request?: StartRequest
  proxy?: Reply
  crm?: Reply
  /** The channels that the CRM lists. */
  lists?: { type: string; value: string }[]
  settings?: Partial<Settings>
  /** Answers in the engine's place; `body` is the form that was sent. */
  engine?: (request: Request, body: string) => Response | undefined
  retryable?: boolean
}

const html: Reply = (response) => response.writeHead(200, { 'content-type': 'text/html' }).end('<h1>Welcome</h1>')
const broken: Reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"proxy_ad')
const huge: Reply = (response) => json(response, { proxy_address: proxyNumber, padding: 'x'.repeat(70 * 1024) })
const serverError: Reply = (response) => response.writeHead(500).end('Error at /srv/app/index.js:12')
const redirect: Reply = (response) => response.writeHead(302, { location: 'https://example.com/' }).end()
const reset: Reply = (response) => response.destroy()
const hang: Reply = () => {}
const drip: Reply = (response) => response.writeHead(200, { 'content-type': 'application/json' }).write('{')
const forbid: Reply = (response) => json(response, { message: 'not you' }, 403)
/** Port 9 is `discard`, where nothing listens. */
const nobody = 'http://127.0.0.1:9/callback'
const metadata = 'http://169.254.169.254/latest/meta-data'

const isAdding = (request: Request) => request.method === 'POST' && request.url.endsWith('/Participants')
const refusesContact = (code: number) => (request: Request, body: string) =>
  isAdding(request) && body.includes('MessagingBinding.Address') ? refusal(code) : undefined
const refusesWorker = (code: number) => (request: Request, body: string) =>
  isAdding(request) && body.includes('Identity=ann') ? refusal(code, 409) : undefined
const refusesConversation = (code: number) => (request: Request) =>
  request.method === 'POST' && request.url.endsWith('/Conversations') ? refusal(code) : undefined

const chatAs = (value: string): Pick<Case, 'request' | 'lists'> => ({
  request: { customerId: '1', channel: { type: 'chat', value } },
  lists: [{ type: 'chat', value }],
})
const smsTo = (value: string): Pick<Case, 'request' | 'lists'> => ({
  request: { customerId: '1', channel: { type: 'sms', value } },
  lists: [{ type: 'sms', value }],
})

const cases: Case[] = [
  { code: 48001, name: 'no callback URL', settings: { outgoingConversationCallbackUrl: '' } },
  { code: 48001, name: 'no CRM URL', step: 'checkCustomer', settings: { crmCallbackUrl: '' } },
  { code: 48002, name: 'a URL that must not be called', settings: { outgoingConversationCallbackUrl: metadata } },
  { code: 48003, name: 'HTML', proxy: html, retryable: true },
  { code: 48003, name: 'broken JSON', proxy: broken },
  { code: 48003, name: '70 kB', proxy: huge },
  { code: 48003, name: 'a list instead of an object', proxy: (response) => json(response, [proxyNumber]) },
  { code: 48003, name: 'an address that is an object', proxy: answersProxy({ number: proxyNumber }) },
  { code: 48003, name: 'HTML from the CRM', step: 'checkCustomer', crm: html },
  { code: 48004, name: 'status 500', proxy: serverError, retryable: true },
  { code: 48004, name: 'a redirect', proxy: redirect },
  { code: 48004, name: 'a connection that is reset', proxy: reset },
  { code: 48004, name: 'nothing listening', settings: { outgoingConversationCallbackUrl: nobody } },
  { code: 48004, name: 'a service that does not allow it', proxy: forbid, retryable: false },
  { code: 48004, name: 'status 500 from the CRM', step: 'checkCustomer', crm: serverError },
  { code: 48005, name: 'a callback that hangs', status: 504, proxy: hang, retryable: true },
  { code: 48005, name: 'a callback that never ends', status: 504, proxy: drip },
  { code: 48005, name: 'a CRM that hangs', status: 504, step: 'checkCustomer', crm: hang },
  { code: 48023, name: 'a worker in too many conversations', step: 'addWorker', engine: refusesWorker(50214) },
  { code: 48024, name: 'a contact in too many conversations', step: 'addCustomer', engine: refusesContact(50214) },
  {
    code: 48025,
    name: 'a number that the CRM does not list',
    step: 'checkCustomer',
    status: 403,
    lists: [chat.channel],
  },
  {
    code: 48025,
    name: 'a customer who is not theirs',
    step: 'checkCustomer',
    status: 403,
    crm: (r) => json(r, {}, 404),
  },
  { code: 48025, name: 'a number without country', step: 'checkCustomer', status: 422, ...smsTo('0170 123456') },
  { code: 48025, name: 'a number the engine does not take', step: 'addCustomer', engine: refusesContact(50407) },
  { code: 48026, name: 'no proxy address', proxy: answersProxy() },
  { code: 48026, name: 'an empty proxy address', proxy: answersProxy('') },
  { code: 48026, name: 'a null proxy address', proxy: answersProxy(null) },
  { code: 48026, name: 'a proxy address in words', proxy: answersProxy('the main number') },
  { code: 48026, name: 'a proxy the engine does not take', step: 'addCustomer', engine: refusesContact(50408) },
  { code: 48027, name: 'the customer’s own number', proxy: answersProxy('+15550102222') },
  {
    code: 48027,
    name: 'the customer’s own number on WhatsApp',
    request: whatsapp,
    proxy: answersProxy('whatsapp:+15550102222'),
  },
  { code: 48028, name: 'a number of somebody else', step: 'addCustomer', proxy: answersProxy('+15550009999') },
  {
    code: 48029,
    name: 'the customer’s own number without its prefix',
    request: whatsapp,
    proxy: answersProxy('+15550102222'),
  },
  { code: 48029, name: 'the customer’s own number on another channel', proxy: answersProxy('whatsapp:+15550102222') },
  { code: 48029, name: 'a whatsapp proxy without its prefix', request: whatsapp, proxy: answersProxy(proxyNumber) },
  { code: 48029, name: 'a whatsapp proxy for sms', proxy: answersProxy(`whatsapp:${proxyNumber}`) },
  {
    code: 48030,
    name: 'a number that is not on WhatsApp',
    step: 'addCustomer',
    request: whatsapp,
    proxy: answersProxy('whatsapp:+15550003333'),
  },
  { code: 48032, name: 'no messaging service', step: 'createConversation', engine: refusesConversation(50340) },
  { code: 48032, name: 'an unknown messaging service', step: 'addCustomer', engine: refusesContact(50341) },
  { code: 48033, name: 'a reserved identity', step: 'checkCustomer', ...chatAs('system') },
  { code: 48033, name: 'a user SID as identity', step: 'checkCustomer', ...chatAs(`US${'0a'.repeat(16)}`) },
  { code: 48033, name: 'an identity of 257 characters', step: 'checkCustomer', ...chatAs('x'.repeat(257)) },
  { code: 48033, name: 'a colleague’s identity', step: 'checkCustomer', ...chatAs('bob') },
  {
    code: 48050,
    name: 'what the contract has no code for',
    step: 'addCustomer',
    status: 500,
    engine: refusesContact(50999),
  },
]

onEachDatabase((create) => {
  test('every failure has its code, is undone, and tells the cause to administrators alone', async (t) => {
    let engine: Case['engine']
    const stage = await setStage(
      t,
      create,
      { callbackTimeoutMs: 1_500 },
      {
        senders: [proxyNumber, `whatsapp:${proxyNumber}`, '+15550003333'],
        engine: async (request, next) => engine?.(request, await request.clone().text()) ?? next(request),
      },
    )
    await stage.app.worker('bob')
    await stage.app.administrator()
    const settings = await readSettings(stage.app.ctx)

    for (const [index, expected] of cases.entries()) {
      await t.test(`${expected.code}: ${expected.name}`, async () => {
        // A customer of its own, since details are remembered for a minute.
        const customerId = `customer ${index}`
        stage.customers.set(customerId, { ...carol, channels: expected.lists ?? carol.channels })
        stage.answerProxy(expected.proxy ?? answersProxy(proxyNumber))
        stage.answerCrm(expected.crm)
        engine = expected.engine
        await changeSettings(stage.app.ctx, { ...settings, ...expected.settings })

        const { status, body, headers } = await stage.start({ ...(expected.request ?? sms), customerId })

        assert.equal(body.code, expected.code, body.detail)
        if (expected.status) assert.equal(status, expected.status)
        assert.equal(body.status, status)
        assert.match(headers.get('content-type') ?? '', /^application\/problem\+json/)
        assert.ok(body.title && body.detail && body.requestId && body.attemptId)
        assert.equal(body.cause, undefined)
        assert.ok(body.remedy)
        if (expected.retryable !== undefined) assert.equal(body.retryable, expected.retryable)
        assert.deepEqual(await stage.conversations(), [])

        const path = `/api/console/attempts/${body.attemptId}`
        const { attempt, problem, exchanges } = (await stage.app.json<AttemptDetails>(path, { as: 'admin' })).body
        assert.equal(attempt.state, 'failed')
        assert.equal(attempt.code, expected.code)
        const step = expected.step ?? 'getProxyAddress'
        assert.equal(attempt.steps.find(({ name }) => name === step)?.outcome, 'failed')
        assert.ok(problem?.cause && problem.remedy)
        const calledAndFailed = step === 'getProxyAddress' || expected.crm !== undefined
        const verdict = exchanges.at(-1)?.verdict
        if (calledAndFailed && status !== 403) assert.equal(verdict?.ok === false && verdict.code, expected.code)
      })
    }
  })

  test('a channel of which no conversation can be started is refused before anything is done: 403 with 48025', async (t) => {
    const stage = await setStage(t, create)
    const channel = { type: 'email', value: 'carol@example.com' } as unknown as StartRequest['channel']
    const { status, body } = await stage.start({ customerId: '1', channel })
    assert.equal(status, 403)
    assert.equal(body.code, 48025)
    assert.equal(stage.crm.received.length, 0)
  })

  test('a channel that was listed a moment ago is looked up again before it is refused', async (t) => {
    const stage = await setStage(t, create)
    stage.customers.set('1', { ...carol, channels: [] })
    assert.equal((await stage.start(sms)).status, 403)
    await stage.app.json('/api/customers/1', { as: 'ann' })
    stage.customers.set('1', carol)
    assert.equal((await stage.start(sms)).status, 201)
  })

  test('what the CRM said within the last minute is not asked again', async (t) => {
    let now = Date.now()
    const stage = await setStage(t, create, { clock: () => now })
    await stage.start(sms)
    await stage.start(chat)
    assert.equal(stage.crm.received.length, 1)
    now += 61_000
    await stage.start(chat)
    assert.equal(stage.crm.received.length, 2)
  })
})
