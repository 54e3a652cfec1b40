import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, callSimulator, type Engine, startEngine } from './engine.ts'
import { judge, operations } from './openapi.ts'

/** The operations of Twilio's document that the engine answers, below the root and below a service. */
const scoped = [
  'POST /Conversations',
  'GET /Conversations',
  'GET /Conversations/{Sid}',
  'POST /Conversations/{Sid}',
  'DELETE /Conversations/{Sid}',
  'POST /Conversations/{ConversationSid}/Participants',
  'GET /Conversations/{ConversationSid}/Participants',
  'GET /Conversations/{ConversationSid}/Participants/{Sid}',
  'POST /Conversations/{ConversationSid}/Participants/{Sid}',
  'DELETE /Conversations/{ConversationSid}/Participants/{Sid}',
  'POST /Conversations/{ConversationSid}/Messages',
  'GET /Conversations/{ConversationSid}/Messages',
  'GET /Conversations/{ConversationSid}/Messages/{Sid}',
  'POST /Conversations/{ConversationSid}/Messages/{Sid}',
  'DELETE /Conversations/{ConversationSid}/Messages/{Sid}',
  'GET /Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts',
  'GET /Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}',
  'GET /Conversations/{ConversationSid}/Webhooks',
  'GET /ParticipantConversations',
  'GET /Configuration',
  'POST /Configuration',
  'GET /Configuration/Webhooks',
  'POST /Configuration/Webhooks',
]

const scopes = [
  { name: 'at the root', template: '/v1', path: () => '/v1' },
  {
    name: 'below a service',
    template: '/v1/Services/{ChatServiceSid}',
    path: (engine: Engine) => `/v1/Services/${engine.defaultServiceSid}`,
  },
]

for (const { name, template, path } of scopes) {
  test(`every answer ${name} is as Twilio's own OpenAPI document has it`, async (t) => {
    const engine = await startEngine(t)
    const base = path(engine)
    const seen = new Set<string>()

    /** Sends a request and holds its answer against the document. */
    async function judged(operation: string, below: string, form?: Record<string, string>) {
      const [method = '', rest = ''] = operation.split(' ')
      const { status, body } = await call(engine, method, base + below, form)
      assert.deepEqual(judge(`${method} ${template}${rest}`, status, body), [], `${operation}: ${JSON.stringify(body)}`)
      seen.add(operation)
      return body
    }

    const conversation = await judged('POST /Conversations', '/Conversations', {
      FriendlyName: 'Grace',
      UniqueName: 'attempt-1',
      Attributes: '{"avatar":"a"}',
      'Timers.Inactive': 'PT1H',
      'Timers.Closed': 'P1D',
    })
    await judged('POST /Conversations', '/Conversations')
    await judged('GET /Conversations', '/Conversations?PageSize=1')
    await judged('GET /Conversations/{Sid}', '/Conversations/attempt-1')
    const below = `/Conversations/${conversation.sid}`
    await judged('POST /Conversations/{Sid}', below, { State: 'inactive' })

    const participants = `${below}/Participants`
    const whatsapp = 'whatsapp:+15550100001'
    for (const form of [
      { 'MessagingBinding.Address': '+15550100001', 'MessagingBinding.ProxyAddress': '+15550109999' },
      { 'MessagingBinding.Address': whatsapp, 'MessagingBinding.ProxyAddress': 'whatsapp:+15550109999' },
    ]) {
      await judged('POST /Conversations/{ConversationSid}/Participants', participants, form)
    }
    const ada = await judged('POST /Conversations/{ConversationSid}/Participants', participants, { Identity: 'ada' })
    await judged('GET /Conversations/{ConversationSid}/Participants', participants)
    await judged('GET /Conversations/{ConversationSid}/Participants/{Sid}', `${participants}/ada`)
    await judged('POST /Conversations/{ConversationSid}/Participants/{Sid}', `${participants}/${ada.sid}`, {
      LastReadMessageIndex: '0',
      LastReadTimestamp: '2026-01-31T12:00:00Z',
    })

    const messages = `${below}/Messages`
    const failing = await judged('POST /Conversations/{ConversationSid}/Messages', messages, {
      Body: 'x',
      Author: 'ada',
    })
    await judged('POST /Conversations/{ConversationSid}/Messages', messages, { ContentSid: `HX${'a'.repeat(32)}` })
    assert.equal(
      await callSimulator(engine, '/messages', { from: whatsapp, to: 'whatsapp:+15550109999', body: 'hi' }),
      201,
    )
    await judged('GET /Conversations/{ConversationSid}/Messages', `${messages}?Order=desc&PageSize=2`)
    await judged('GET /Conversations/{ConversationSid}/Messages/{Sid}', `${messages}/${failing.sid}`)
    await judged('POST /Conversations/{ConversationSid}/Messages/{Sid}', `${messages}/${failing.sid}`, { Body: 'y' })
    const receipts = `${messages}/${failing.sid}/Receipts`
    const list = await judged('GET /Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts', receipts)
    assert.equal(list.delivery_receipts.length, 2)
    for (const { sid } of list.delivery_receipts) {
      await judged('GET /Conversations/{ConversationSid}/Messages/{MessageSid}/Receipts/{Sid}', `${receipts}/${sid}`)
    }

    for (const query of ['Identity=ada', `Address=${encodeURIComponent(whatsapp)}`, 'Identity=nobody']) {
      await judged('GET /ParticipantConversations', `/ParticipantConversations?${query}`)
    }
    await judged('GET /Conversations/{ConversationSid}/Webhooks', `${below}/Webhooks`)
    await judged('GET /Configuration', '/Configuration')
    await judged('POST /Configuration', '/Configuration', { DefaultChatServiceSid: engine.defaultServiceSid })
    await judged('GET /Configuration/Webhooks', '/Configuration/Webhooks')
    await judged('POST /Configuration/Webhooks', '/Configuration/Webhooks', {
      PreWebhookUrl: 'https://example.com/before',
      PostWebhookUrl: 'https://example.com/webhooks',
      Filters: 'onMessageAdded',
    })
    await judged('DELETE /Conversations/{ConversationSid}/Messages/{Sid}', `${messages}/${failing.sid}`)
    await judged('DELETE /Conversations/{ConversationSid}/Participants/{Sid}', `${participants}/ada`)
    await judged('POST /Conversations/{Sid}', below, { State: 'closed' })
    await judged('DELETE /Conversations/{Sid}', below)
    assert.deepEqual([...seen].sort(), [...scoped].sort())
  })
}

test("services are as Twilio's own OpenAPI document has them", async (t) => {
  const engine = await startEngine(t)
  const { sid } = (await call(engine, 'POST', '/v1/Services', { FriendlyName: 'Short-lived' })).body
  for (const [operation, path, form] of [
    ['POST /v1/Services', '/v1/Services', { FriendlyName: 'Other' }],
    ['DELETE /v1/Services/{Sid}', `/v1/Services/${sid}`, undefined],
    ['GET /v1/Services', '/v1/Services', undefined],
    ['GET /v1/Services/{Sid}', `/v1/Services/${engine.defaultServiceSid}`, undefined],
  ] as const) {
    const { status, body } = await call(engine, operation.split(' ')[0] as string, path, form)
    assert.deepEqual(judge(operation, status, body), [], `${operation}: ${JSON.stringify(body)}`)
  }
})

test('every link and URL in an answer leads somewhere', async (t) => {
  const engine = await startEngine(t)
  const asked = new Set<string>()
  async function follow(path: string): Promise<void> {
    if (asked.has(path)) return
    asked.add(path)
    const { status, body } = await call(engine, 'GET', path)
    // A list that wants to know of whom.
    const incomplete = path.endsWith('/ParticipantConversations')
    assert.deepEqual([status, body.code], incomplete ? [400, 50451] : [200, undefined], path)
    for (const url of urlsIn(body)) await follow(url)
  }
  const { sid } = (await call(engine, 'POST', '/v1/Conversations', {})).body
  const pair = { 'MessagingBinding.Address': '+15550100001', 'MessagingBinding.ProxyAddress': '+15550109999' }
  await call(engine, 'POST', `/v1/Conversations/${sid}/Participants`, pair)
  await call(engine, 'POST', `/v1/Conversations/${sid}/Messages`, { Body: 'hello' })
  await follow('/v1/Configuration')
  await follow('/v1/Services')
  await follow('/v1/Conversations')
  assert.ok(asked.size > 20, [...asked].join('\n'))
})

/** The URLs that an answer holds, wherever they are. */
function urlsIn(value: unknown): string[] {
  if (typeof value === 'string') return value.startsWith('https://conversations.example/') ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(urlsIn) : []
}

test("whatever else is in Twilio's document is refused, not answered by half: 20404, or 20004 for a method", async (t) => {
  const engine = await startEngine(t)
  const answered = new Set([
    ...scopes.flatMap(({ template }) => scoped.map((operation) => operation.replace(' ', ` ${template}`))),
    'POST /v1/Services',
    'GET /v1/Services',
    'GET /v1/Services/{Sid}',
    'DELETE /v1/Services/{Sid}',
  ])
  const others = operations.filter((operation) => !answered.has(operation))
  assert.ok(others.length > 50 && answered.size === 50)
  const { sid } = (await call(engine, 'POST', '/v1/Conversations', {})).body
  for (const operation of others) {
    const [method = '', template = ''] = operation.split(' ')
    const path = template
      .replace(/(?<=Services.)\{\w+\}/, engine.defaultServiceSid)
      .replace('{ConversationSid}', sid)
      .replace(/\{\w+\}/g, `ZZ${'0'.repeat(32)}`)
    const { status, body } = await call(engine, method, path, method === 'POST' ? {} : undefined)
    const known = [...answered].some((other) => other.endsWith(` ${template}`))
    assert.deepEqual([status, body?.code], known ? [405, 20004] : [404, 20404], operation)
  }
})
