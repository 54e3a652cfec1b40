import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import twilio from 'twilio'
import { account, engineFactory, startConversation, type TestEngine, webhookUrl } from '../testing.ts'
import { listen, type Receiver, type Reply } from './testing.ts'

const silent = { 'x-twilio-webhook-enabled': 'false' }
const from = '+15550100001'
const to = '+15550109999'

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('asks before each change, signed so that the official package accepts it', async (t) => {
    const receiver = await listen(t)
    const engine = await open(t)
    await askAt(engine, receiver)
    const { sid, path, customer, worker } = await startConversation(engine)
    const message = (await engine.post(`${path}/Messages`, { Body: 'helo', Author: 'ada@example.com' })).body
    await engine.post(`${path}/Messages/${message.sid}`, { Body: 'hello' })
    await engine.delete(`${path}/Messages/${message.sid}`)
    await engine.post(`${path}/Participants/${worker.sid}`, { LastReadMessageIndex: '0' })
    await engine.delete(`${path}/Participants/${worker.sid}`)
    await engine.post(path, { FriendlyName: 'Hopper' })
    await engine.delete(path)

    for (const { params, signature } of receiver.received) {
      assert.equal(twilio.validateRequest(account.authToken, signature, receiver.href, params), true)
      assert.deepEqual(
        [params['AccountSid'], params['ChatServiceSid'], params['Source']],
        [account.accountSid, engine.conversations.defaultServiceSid, 'API'],
      )
    }
    const asked = receiver.received.map(({ params }) => params)
    const told = (names: string[]) =>
      asked.map((params) =>
        names
          .map((name) => params[name])
          .join(' ')
          .trim(),
      )
    assert.deepEqual(told(['EventType', 'FriendlyName', 'Identity', 'MessagingBinding.Address', 'Body']), [
      'onConversationAdd Grace',
      `onParticipantAdd   ${customer.messaging_binding.address}`,
      'onParticipantAdd  ada@example.com',
      'onMessageAdd    helo',
      'onMessageUpdate    hello',
      'onMessageRemove    hello',
      'onParticipantUpdate  ada@example.com',
      'onParticipantRemove  ada@example.com',
      'onConversationUpdate Hopper',
      'onConversationRemove Hopper',
    ])
    // What is only about to be has no SID yet.
    assert.deepEqual(told(['MessageSid', 'ParticipantSid']), [
      ...['', '', '', ''],
      ...[`${message.sid} ${worker.sid}`, `${message.sid} ${worker.sid}`, worker.sid, worker.sid, '', ''],
    ])
    assert.deepEqual(
      asked.slice(1).map((params) => params['ConversationSid']),
      Array(9).fill(sid),
    )
  })

  test('what the receiver changes is what happens', async (t) => {
    const changes: Record<string, object> = {
      onConversationAdd: { friendly_name: 'Grace H.', attributes: '{"vip":true}' },
      onConversationUpdate: { friendly_name: 'Grace M. H.' },
      onParticipantAdd: { attributes: { customer_id: '8' }, identity: 'mallory' },
      onParticipantUpdate: { attributes: '{"customer_id":"9"}' },
      onMessageAdd: { body: 'Good day', author: 'Reception', attributes: '{"checked":true}' },
      onMessageUpdate: { body: 'Good evening' },
    }
    const receiver = await listen(t, ({ EventType = '' }) => ({ body: JSON.stringify(changes[EventType] ?? {}) }))
    const engine = await open(t)
    await askAt(engine, receiver)
    const made = (await engine.post('/v1/Conversations', { FriendlyName: 'Grace' })).body
    assert.deepEqual([made.friendly_name, made.attributes], ['Grace H.', '{"vip":true}'])
    const path = `/v1/Conversations/${made.sid}`
    const renamed = (await engine.post(path, { FriendlyName: 'G' })).body
    assert.deepEqual([renamed.friendly_name, renamed.attributes], ['Grace M. H.', '{"vip":true}'])
    const added = (await engine.post(`${path}/Participants`, { Identity: 'grace' })).body
    assert.deepEqual([added.identity, added.attributes], ['grace', '{"customer_id":"8"}'])
    const changed = await engine.post(`${path}/Participants/grace`, { Attributes: '{}' })
    assert.equal(changed.body.attributes, '{"customer_id":"9"}')
    const sent = (await engine.post(`${path}/Messages`, { Body: 'hi', Author: 'grace' })).body
    assert.deepEqual([sent.body, sent.author, sent.attributes], ['Good day', 'Reception', '{"checked":true}'])
    assert.equal((await engine.post(`${path}/Messages/${sent.sid}`, { Author: 'ada' })).body.body, 'Good evening')
    const told = await engine.hooks.find({ EventType: 'onMessageAdded', MessageSid: sent.sid })
    assert.equal(told.params['Body'], 'Good day')
  })

  for (const status of [403, 500]) {
    test(`what the receiver rejects with ${status} does not happen: 20403`, async (t) => {
      let answer: Reply = {}
      const receiver = await listen(t, () => answer)
      const engine = await open(t)
      await askAt(engine, receiver)
      const { path, worker } = await startConversation(engine)
      const message = (await engine.post(`${path}/Messages`, { Body: 'hello' })).body
      const state = async () => [
        (await engine.get('/v1/Conversations')).body.conversations,
        (await engine.get(`${path}/Participants`)).body.participants,
        (await engine.get(`${path}/Messages`)).body.messages.map(({ body }: { body: string }) => body),
      ]
      const before = await state()
      answer = { status, body: JSON.stringify({ body: 'changed' }) }
      for (const refused of [
        await engine.post('/v1/Conversations'),
        await engine.post(path, { FriendlyName: 'Hopper' }),
        await engine.delete(path),
        await engine.post(`${path}/Participants`, { Identity: 'bob' }),
        await engine.post(`${path}/Participants/${worker.sid}`, { Attributes: '{"a":1}' }),
        await engine.delete(`${path}/Participants/${worker.sid}`),
        await engine.post(`${path}/Messages`, { Body: 'no' }),
        await engine.post(`${path}/Messages/${message.sid}`, { Body: 'no' }),
        await engine.delete(`${path}/Messages/${message.sid}`),
        await engine.simulate('/messages', { from, to, body: 'no' }),
      ]) {
        assert.deepEqual([refused.status, refused.body?.code], [403, 20403])
      }
      assert.deepEqual(await state(), before)
    })
  }

  test("a customer's message is always asked about, and stays the customer's", async (t) => {
    const receiver = await listen(t, () => ({ body: JSON.stringify({ body: '***', author: 'somebody else' }) }))
    const engine = await open(t)
    const { path, customer } = await startConversation(engine)
    await askAt(engine, receiver)
    await engine.post(`${path}/Messages`, { Body: 'not asked about' }, silent)
    const tap = () => engine.simulate('/messages', { from, to, body: 'darn', messageId: 'tap-1' })
    assert.equal((await tap()).status, 201)
    assert.equal((await tap()).status, 200)
    const { params } = await receiver.next()
    assert.deepEqual(
      [params['EventType'], params['Source'], params['Author'], params['Body'], params['ParticipantSid']],
      ['onMessageAdd', 'SMS', from, 'darn', customer.sid],
    )
    assert.equal(receiver.received.length, 1)
    const { messages } = (await engine.get(`${path}/Messages`)).body
    assert.deepEqual([messages.at(-1).body, messages.at(-1).author], ['***', from])
  })

  test('what no receiver answers passes as it is: no connection, a redirect, or something that is no JSON', async (t) => {
    const replies: Reply[] = [{ status: 302 }, { body: 'OK' }, { body: '' }, { body: '["body"]' }]
    const receiver = await listen(t, () => replies.shift() ?? {})
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await askAt(engine, receiver)
    for (let i = 0; i < 4; i++) {
      assert.equal((await engine.post(`${path}/Messages`, { Body: `as it is ${i}` })).body.body, `as it is ${i}`)
    }
    assert.equal(receiver.received.length, 4)
    await engine.post('/v1/Configuration/Webhooks', { PreWebhookUrl: 'http://127.0.0.1:9/nobody' })
    assert.equal((await engine.post(`${path}/Messages`, { Body: 'alone' })).status, 201)
  })

  test('a receiver that hangs is left after 5 seconds, holds nobody else up, and lets it pass', async (t) => {
    const receiver = await listen(t, ({ Body }) => (Body === 'slowly' ? 'never' : {}))
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await askAt(engine, receiver)
    const slow = engine.post(`${path}/Messages`, { Body: 'slowly' })
    await receiver.next()
    assert.equal((await engine.post(`${path}/Messages`, { Body: 'meanwhile' })).body.index, 0)
    const { status, body } = await slow
    assert.deepEqual([status, body.body, body.index], [201, 'slowly', 1])
  })

  test('a change has to pass the same checks as a request', async (t) => {
    const receiver = await listen(t, () => ({ body: JSON.stringify({ body: 'x'.repeat(1_601) }) }))
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await askAt(engine, receiver)
    assert.equal((await engine.post(`${path}/Messages`, { Body: 'short' })).body.code, 50504)
    assert.equal((await engine.post(`${path}/Messages`, { Body: '' })).body.code, 20001)
    assert.equal(receiver.received.length, 1)
  })

  test('asks for what the filters name, and no more once the URL is empty', async (t) => {
    const receiver = await listen(t)
    const engine = await open(t)
    const filters = ['onMessageAdd', 'onMessageAdded']
    const configured = await askAt(engine, receiver, filters)
    assert.deepEqual([configured.pre_webhook_url, configured.filters], [receiver.href, filters])
    assert.equal(configured.post_webhook_url, webhookUrl)
    const { path } = await startConversation(engine)
    await engine.post(`${path}/Messages`, { Body: 'asked about' })
    const cleared = await engine.post('/v1/Configuration/Webhooks', { PreWebhookUrl: '' })
    assert.equal(cleared.body.pre_webhook_url, null)
    await engine.post(`${path}/Messages`, { Body: 'not asked about' })
    assert.deepEqual(
      receiver.received.map(({ params }) => [params['EventType'], params['Body']]),
      [['onMessageAdd', 'asked about']],
    )
  })
})

/** Sets a receiver as the default service's pre-action webhook. */
async function askAt(engine: TestEngine, { href }: Receiver, Filters: string[] = []) {
  const params = { PreWebhookUrl: href, ...(Filters.length > 0 && { Filters }) }
  return (await engine.post('/v1/Configuration/Webhooks', params)).body
}
