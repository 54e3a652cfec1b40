import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { ConversationPage, Problem } from '../api.ts'
import { findAttempt } from './attempts.ts'
import { chat, json, proxyNumber, setStage, sms, whatsapp } from './testing.ts'

const dayMs = 24 * 60 * 60_000

onEachDatabase((create) => {
  test('a start ends with the customer and the worker in one conversation, which is in the inbox at once', async (t) => {
    const stage = await setStage(t, create)
    const { status, body } = await stage.start(sms, { key: 'a' })
    assert.equal(status, 201)
    assert.equal(body.proxyAddress, proxyNumber)
    assert.equal(body.reused, false)
    assert.deepEqual(await stage.conversations(), [{ sid: body.conversationSid, in: ['+15550102222', 'ann'] }])
    const inbox = await stage.app.json<ConversationPage>('/api/conversations', { as: 'ann' })
    assert.deepEqual(
      inbox.body.conversations.map(({ sid, displayName, customerId }) => ({ sid, displayName, customerId })),
      [{ sid: body.conversationSid, displayName: 'Carol Jones', customerId: '1' }],
    )

    const own = await stage.ownStart('a')
    assert.equal(own.state, 'succeeded')
    assert.deepEqual(own.result, body)
    assert.deepEqual(own.customer, { customerId: '1', displayName: 'Carol Jones' })
    assert.deepEqual(
      own.steps.map(({ name, outcome }) => `${name} ${outcome}`),
      ['checkCustomer done', 'createConversation done', 'getProxyAddress done', 'addCustomer done', 'addWorker done'],
    )
  })

  test('the callback gets exactly the documented parameters, and the conversation the documented names', async (t) => {
    const stage = await setStage(t, create)
    stage.customers.set('1', {
      name: 'Carol Jones',
      avatar: 'https://example.com/carol.png',
      channels: [{ type: 'sms', value: '+1 (555) 010-2222' }],
    })
    const { body } = await stage.start(sms)
    assert.deepEqual(Object.fromEntries(stage.proxy.received[0]?.params ?? []), {
      Location: 'GetProxyAddress',
      Worker: 'ann',
      CustomerId: '1',
      ChannelType: 'sms',
      ChannelValue: '+15550102222',
    })
    const conversation = await stage.app.ctx.engine.fetchConversation(body.conversationSid)
    assert.equal(conversation?.friendlyName, 'Carol Jones')
    assert.deepEqual(JSON.parse(conversation?.attributes ?? ''), { avatar: 'https://example.com/carol.png' })
    const participants = (await stage.app.ctx.engine.listParticipants(body.conversationSid)) ?? []
    const attributes = Object.fromEntries(
      participants.map((one) => [one.identity ?? one.messagingBinding?.address, JSON.parse(one.attributes)]),
    )
    assert.deepEqual(attributes, {
      '+15550102222': { customer_id: '1', display_name: 'Carol Jones', avatar: 'https://example.com/carol.png' },
      ann: { display_name: 'Ann Lee' },
    })
  })

  test('a picture that is too large for the engine stays out of it, and the start succeeds', async (t) => {
    const stage = await setStage(t, create)
    const avatar = `data:image/png;base64,${'A'.repeat(20_000)}`
    stage.customers.set('1', { name: 'Carol', avatar, channels: [sms.channel] })
    const { status, body } = await stage.start(sms, { key: 'a' })
    assert.equal(status, 201)
    assert.equal((await stage.app.ctx.engine.fetchConversation(body.conversationSid))?.attributes, '{}')
    assert.equal((await stage.ownStart('a')).customer.avatar, avatar)
  })

  test('on whatsapp the proxy keeps its prefix, and on chat none is needed', async (t) => {
    const stage = await setStage(t, create)
    stage.answerProxy((response, params) =>
      json(response, params.get('ChannelType') === 'chat' ? {} : { proxy_address: 'whatsapp:+15550001111' }),
    )
    const first = await stage.start(whatsapp)
    assert.equal(first.body.proxyAddress, 'whatsapp:+15550001111')
    const second = await stage.start(chat)
    assert.equal(second.body.proxyAddress, null)
    const all = await stage.conversations()
    assert.deepEqual(all.find(({ sid }) => sid === first.body.conversationSid)?.in, ['ann', 'whatsapp:+15550102222'])
    assert.deepEqual(all.find(({ sid }) => sid === second.body.conversationSid)?.in, ['ann', 'carol-on-the-web'])
  })

  test('the same key again is the same start: one conversation, the same answer', async (t) => {
    const stage = await setStage(t, create)
    const answers = await Promise.all([1, 2, 3, 4].map(() => stage.start(sms, { key: 'a' })))
    answers.push(await stage.start(sms, { key: 'a' }))
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
    assert.equal(new Set(answers.map(({ body }) => JSON.stringify(body))).size, 1)
    assert.equal((await stage.conversations()).length, 1)
    assert.equal(stage.proxy.received.length, 1)
  })

  test('a failure is repeated too, and a new key is a new start', async (t) => {
    const stage = await setStage(t, create)
    stage.answerProxy((response) => json(response, {}))
    const first = await stage.start(sms, { key: 'a' })
    assert.equal(first.body.code, 48026)
    stage.answerProxy((response) => json(response, { proxy_address: proxyNumber }))
    assert.deepEqual(await stage.start(sms, { key: 'a' }).then(({ body }) => body), first.body)
    assert.equal((await stage.start(sms, { key: 'b' })).status, 201)
  })

  test('the same key for something else is 422, and for another worker another start', async (t) => {
    const stage = await setStage(t, create)
    await stage.app.worker('bob')
    await stage.start(sms, { key: 'a' })
    const other = await stage.start(chat, { key: 'a' })
    assert.equal(other.status, 422)
    assert.equal(other.body.title, 'Key used before')
    assert.equal((await stage.start(chat, { key: 'a', as: 'bob' })).status, 201)
    assert.equal((await stage.ownStart('a', 'bob')).request.channel.type, 'chat')
  })

  test('after a day a key may be used anew', async (t) => {
    let now = Date.now()
    const stage = await setStage(t, create, { clock: () => now })
    const first = await stage.start(chat, { key: 'a' })
    now += dayMs - 1_000
    // Sessions have gone meanwhile, keys not yet.
    await stage.app.worker('ann')
    assert.equal((await stage.start(sms, { key: 'a' })).status, 422)
    now += 2_000
    const unknown = await stage.app.json('/api/outgoing-conversations?idempotencyKey=a', { as: 'ann' })
    assert.equal(unknown.status, 404)
    const second = await stage.start(sms, { key: 'a' })
    assert.equal(second.status, 201)
    assert.notEqual(second.body.attemptId, first.body.attemptId)
    assert.equal((await findAttempt(stage.app.database.db, first.body.attemptId))?.idempotencyKey, null)
  })

  test('what is no start is refused with 48000 and says what to do, before anything is done', async (t) => {
    const stage = await setStage(t, create)
    const headers = { 'idempotency-key': 'a', 'content-type': 'application/json', cookie: stage.app.cookie('ann') }
    const bodies = ['{"customerId":', '[]', '{}', '{"customerId":"1"}', '{"customerId":1.5,"channel":{}}', 'null']
    for (const body of bodies) {
      const url = new URL('/api/outgoing-conversations', stage.app.ctx.options.publicUrl)
      const response = await stage.app.app.fetch(new Request(url, { method: 'POST', headers, body }))
      const { code, remedy, type } = (await response.json()) as Problem
      assert.deepEqual([response.status, code, type.endsWith('#48000')], [400, 48000, true], body)
      assert.ok(remedy)
    }
    assert.equal(stage.crm.received.length, 0)
  })

  test('a customer’s id may be a number', async (t) => {
    const stage = await setStage(t, create)
    const request = { ...sms, customerId: 1 } as unknown as typeof sms
    assert.equal((await stage.start(request)).status, 201)
    assert.equal(stage.crm.received[0]?.params.get('CustomerId'), '1')
  })

  test('an empty address has its channel’s code', async (t) => {
    const stage = await setStage(t, create)
    for (const [type, code] of [
      ['chat', 48033],
      ['sms', 48025],
    ] as const) {
      const { status, body } = await stage.start({ customerId: '1', channel: { type, value: '' } })
      assert.deepEqual([status, body.code], [422, code])
    }
  })

  test('without a usable key nothing is started: 400', async (t) => {
    const stage = await setStage(t, create)
    for (const key of [undefined, '', ' ', 'a'.repeat(256), 'tab\there']) {
      const headers = key === undefined ? {} : { 'idempotency-key': key }
      const asked = await stage.app.json<Problem>('/api/outgoing-conversations', { as: 'ann', body: sms, headers })
      assert.deepEqual([asked.status, asked.body.code], [400, 48000], `key ${JSON.stringify(key)}`)
    }
    assert.deepEqual(await stage.conversations(), [])
    assert.equal((await stage.start(sms, { key: 'a'.repeat(255) })).status, 201)
  })

  test('a start is its worker’s own', async (t) => {
    const stage = await setStage(t, create)
    await stage.app.worker('bob')
    await stage.start(sms, { key: 'a' })
    const { status } = await stage.app.json('/api/outgoing-conversations?idempotencyKey=a', { as: 'bob' })
    assert.equal(status, 404)
  })
})
