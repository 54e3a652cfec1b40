import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import twilio from 'twilio'
import { account, engineFactory, openEngine, startConversation, type TestEngine, webhookUrl } from '../testing.ts'
import { listen } from './testing.ts'

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('tells of each change, signed so that the official package accepts it', async (t) => {
    const engine = await open(t)
    const { sid, path, customer, worker } = await startConversation(engine)
    const message = (await engine.post(`${path}/Messages`, { Body: 'Grüße & 1+1 🙂', Author: 'ada@example.com' })).body
    await engine.hooks.find({ EventType: 'onDeliveryUpdated', Status: 'delivered' })
    await engine.post(`${path}/Participants/${worker.sid}`, { LastReadMessageIndex: '0' })
    await engine.delete(`${path}/Participants/${worker.sid}`)
    await engine.post(path, { State: 'closed' })
    await engine.delete(path)
    await engine.hooks.find({ EventType: 'onConversationRemoved' })

    const seen = engine.hooks.received.map(({ params }) => params)
    assert.deepEqual(
      seen.map((params) => params['EventType']),
      [
        'onConversationAdded',
        'onParticipantAdded',
        'onParticipantAdded',
        'onMessageAdded',
        'onDeliveryUpdated',
        'onDeliveryUpdated',
        'onParticipantUpdated',
        'onParticipantRemoved',
        'onConversationUpdated',
        'onConversationStateUpdated',
        'onConversationRemoved',
      ],
    )
    for (const { params, signature, url, contentType } of engine.hooks.received) {
      assert.equal(url, webhookUrl)
      assert.match(contentType, /^application\/x-www-form-urlencoded/)
      assert.equal(twilio.validateRequest(account.authToken, signature, url, params), true)
      assert.equal(params['AccountSid'], account.accountSid)
      assert.equal(params['ChatServiceSid'], engine.conversations.defaultServiceSid)
      assert.equal(params['ConversationSid'], sid)
    }
    const [, added] = seen
    assert.equal(added?.['MessagingBinding.Address'], customer.messaging_binding.address)
    assert.equal(added?.['MessagingBinding.ProxyAddress'], customer.messaging_binding.proxy_address)
    const told = seen.find((params) => params['EventType'] === 'onMessageAdded')
    assert.deepEqual(
      [told?.['Body'], told?.['MessageSid'], told?.['Source'], told?.['RetryCount']],
      ['Grüße & 1+1 🙂', message.sid, 'API', '0'],
    )
    const state = seen.find((params) => params['EventType'] === 'onConversationStateUpdated')
    assert.deepEqual([state?.['StateFrom'], state?.['StateTo'], state?.['Reason']], ['active', 'closed', 'API'])
  })

  test('a REST write without the header is not told of; what it leads to is', async (t) => {
    const engine = await open(t)
    const silent = { 'x-twilio-webhook-enabled': 'false' }
    const { sid } = (await engine.post('/v1/Conversations', {}, silent)).body
    const path = `/v1/Conversations/${sid}`
    const pair = { 'MessagingBinding.Address': '+15550100001', 'MessagingBinding.ProxyAddress': '+15550109999' }
    await engine.post(`${path}/Participants`, pair, silent)
    await engine.post(`${path}/Messages`, { Body: 'hello' }, silent)
    await engine.hooks.find({ EventType: 'onDeliveryUpdated', Status: 'delivered' })
    await engine.simulate('/messages', { from: '+15550100001', to: '+15550109999', body: 'hi' })
    await engine.hooks.find({ EventType: 'onMessageAdded' })
    assert.deepEqual(
      engine.hooks.received.map(({ params }) => params['EventType']),
      ['onDeliveryUpdated', 'onDeliveryUpdated', 'onMessageAdded'],
    )
  })

  test('sends again what the receiver did not take, and keeps the order', async (t) => {
    const engine = await open(t)
    engine.hooks.answers.push(500, 503, 302)
    const { sid } = (await engine.post('/v1/Conversations')).body
    for (let i = 0; i < 5; i++) await engine.post(`/v1/Conversations/${sid}/Messages`, { Body: String(i) })
    await engine.hooks.find({ Body: '4' })
    const seen = engine.hooks.received.map(({ params }) => [params['Body'] ?? 'conversation', params['RetryCount']])
    assert.deepEqual(seen, [
      ['conversation', '0'],
      ['conversation', '1'],
      ['conversation', '2'],
      ['conversation', '3'],
      ...Array.from({ length: 5 }, (_, i) => [String(i), '0']),
    ])
    await engine.conversations.drain()
    assert.equal(await pending(engine), 0)
  })

  test('a receiver that hangs is left after 5 seconds and asked again', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    if (databases.kind === 'postgres') return t.skip('one kind of database is enough for five seconds')
    const ends: (() => Promise<void>)[] = []
    const engine = await openEngine({ after: (end) => ends.push(end) }, databases)
    engine.hooks.answers.push('never')
    await engine.post('/v1/Conversations')
    await engine.hooks.find({ EventType: 'onConversationAdded', RetryCount: '1' })
    for (const end of ends) await end()
  })

  test('what was not sent before the end is sent after the next start', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const ends: (() => Promise<void>)[] = []
    const first = await openEngine({ after: (end) => ends.push(end) }, databases, { idle: true })
    const { sid } = (await first.post('/v1/Conversations')).body
    const second = await openEngine({ after: (end) => ends.push(end) }, databases)
    await second.hooks.find({ EventType: 'onConversationAdded', ConversationSid: sid })
    assert.equal(second.conversations.defaultServiceSid, first.conversations.defaultServiceSid)
    for (const end of ends) await end()
  })

  test('two processes on one database send each webhook, and carry each message, once', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    if (databases.kind === 'sqlite') return t.skip('SQLite is for one process')
    const ends: (() => Promise<void>)[] = []
    const nodes = [
      await openEngine({ after: (end) => ends.push(end) }, databases),
      await openEngine({ after: (end) => ends.push(end) }, databases),
    ] as const
    const started = await Promise.all(
      Array.from({ length: 10 }, (_, i) =>
        startConversation(nodes[i % 2 ? 1 : 0], { address: `+155501001${String(i).padStart(2, '0')}` }),
      ),
    )
    await Promise.all(
      started.map(({ path }, i) => nodes[i % 2 ? 0 : 1].post(`${path}/Messages`, { Body: 'hello', Author: 'x' })),
    )
    // Three for the start, one for the message, two for its delivery.
    const expected = started.length * 6
    const total = () => nodes[0].hooks.received.length + nodes[1].hooks.received.length
    while (total() < expected) {
      await Promise.race(nodes.map((node) => node.hooks.count(node.hooks.received.length + 1)))
    }
    for (const end of ends) await end()
    const received = nodes.flatMap((node) => node.hooks.received)
    assert.equal(received.length, expected)
    for (const { sid } of started) {
      const statuses = received.filter(({ params }) => params['ConversationSid'] === sid && params['Status'])
      assert.deepEqual(statuses.map(({ params }) => params['Status']).sort(), ['delivered', 'sent'])
    }
  })

  test('goes where REST says, for the events that it names', async (t) => {
    const engine = await open(t)
    const url = await listen(t)
    const configured = await engine.post('/v1/Configuration/Webhooks', {
      PostWebhookUrl: url.href,
      Filters: ['onMessageAdded', 'onParticipantAdded'],
      Method: 'POST',
    })
    assert.deepEqual(
      [configured.body.post_webhook_url, configured.body.filters],
      [url.href, ['onMessageAdded', 'onParticipantAdded']],
    )
    const { path } = await startConversation(engine)
    await engine.post(`${path}/Messages`, { Body: 'hello' })
    const events = [await url.next(), await url.next(), await url.next()]
    assert.deepEqual(
      events.map(({ params }) => params['EventType']),
      ['onParticipantAdded', 'onParticipantAdded', 'onMessageAdded'],
    )
    for (const { params, signature } of events) {
      assert.equal(twilio.validateRequest(account.authToken, signature, url.href, params), true)
    }
    assert.deepEqual(engine.hooks.received, [])
    await engine.conversations.drain()
    await engine.post('/v1/Configuration/Webhooks', { PostWebhookUrl: '' })
    await engine.post(`${path}/Messages`, { Body: 'nobody hears' })
    assert.equal(await pending(engine), 0)
  })

  test('goes to the app again once REST names its URL, also when that moves later', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const ends: (() => Promise<void>)[] = []
    const engine = await openEngine({ after: (end) => ends.push(end) }, databases)
    const path = '/v1/Configuration/Webhooks'
    assert.equal((await engine.post(path, { PostWebhookUrl: '' })).body.post_webhook_url, null)
    assert.equal((await engine.post(path, { PostWebhookUrl: webhookUrl })).body.post_webhook_url, webhookUrl)
    const { sid } = (await engine.post('/v1/Conversations')).body
    await engine.hooks.find({ EventType: 'onConversationAdded', ConversationSid: sid })
    const moved = { url: 'http://elsewhere.test/webhooks', send: async () => new Response() }
    const later = await openEngine({ after: (end) => ends.push(end) }, databases, { webhook: moved, idle: true })
    assert.equal((await later.get(path)).body.post_webhook_url, moved.url)
    for (const end of ends) await end()
  })

  for (const params of [
    { PostWebhookUrl: 'javascript:alert(1)' },
    { Filters: 'onUserAdded' },
    { Method: 'GET' },
    { PreWebhookUrl: 'ftp://example.com' },
  ]) {
    test(`refuses the webhook configuration ${JSON.stringify(params)}: 20001`, async (t) => {
      const engine = await open(t)
      assert.equal((await engine.post('/v1/Configuration/Webhooks', params)).body.code, 20001)
    })
  }
})

/** How many webhooks wait, and conversations with some. */
async function pending({ database: { db } }: TestEngine): Promise<number> {
  const events = await db.selectFrom('webhook_event').select('id').execute()
  const lanes = await db.selectFrom('webhook_lane').select('due_at').execute()
  return events.length + lanes.length
}
