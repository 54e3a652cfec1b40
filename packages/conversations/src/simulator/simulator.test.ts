import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, startConversation } from '../testing.ts'

const from = '+15550100001'
const to = '+15550109999'

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('an inbound message arrives by its binding and is told of', async (t) => {
    const engine = await open(t)
    const { sid, path, customer } = await startConversation(engine)
    const received = await engine.simulate('/messages', { from, to, body: 'Is it ready?' })
    assert.equal(received.status, 201)
    assert.equal(received.body.conversationSid, sid)
    const hook = await engine.hooks.find({ EventType: 'onMessageAdded', MessageSid: received.body.messageSid })
    const { Author, Body, Source, ParticipantSid, Index } = hook.params
    assert.deepEqual([Author, Body, Source, ParticipantSid, Index], [from, 'Is it ready?', 'SMS', customer.sid, '0'])
    const [message] = (await engine.get(`${path}/Messages`)).body.messages
    assert.deepEqual([message.author, message.participant_sid, message.delivery], [from, customer.sid, null])
  })

  test('nobody gets a message when no open conversation holds the pair: 20404', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await engine.post(path, { State: 'closed' })
    for (const pair of [
      { from, to },
      { from, to: '+15550108888' },
    ]) {
      const { status, body } = await engine.simulate('/messages', { ...pair, body: 'hello?' })
      assert.deepEqual([status, body.code], [404, 20404])
      assert.match(body.message, /No open conversation/)
    }
  })

  test('a double tap is one message', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    const tap = () => engine.simulate('/messages', { from, to, body: 'ok', messageId: 'tap-1' })
    const answers = await Promise.all([tap(), tap(), tap()])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [200, 200, 201])
    assert.equal(new Set(answers.map(({ body }) => body.messageSid)).size, 1)
    assert.equal((await engine.get(`${path}/Messages`)).body.messages.length, 1)
    await engine.simulate('/messages', { from, to, body: 'ok', messageId: 'tap-2' })
    assert.equal((await engine.get(`${path}/Messages`)).body.messages.length, 2)
  })

  test('a chat customer has a handset, a worker has none', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    const path = `/v1/Conversations/${sid}`
    const Attributes = JSON.stringify({ customer_id: 9, display_name: 'Grace' })
    await engine.post(`${path}/Participants`, { Identity: 'grace', Attributes })
    await engine.post(`${path}/Participants`, { Identity: 'ada' })
    await engine.post(`${path}/Messages`, { Author: 'ada', Body: 'Hello Grace' })
    const reply = await engine.simulate('/messages', { from: 'grace', conversationSid: sid, body: 'Hello Ada' })
    const hook = await engine.hooks.find({ EventType: 'onMessageAdded', MessageSid: reply.body.messageSid })
    assert.deepEqual([hook.params['Author'], hook.params['Source']], ['grace', 'SDK'])
    const phones = (await engine.get('/simulator/phones')).body.phones
    assert.deepEqual(
      phones.map((phone: Record<string, unknown>) => [phone['address'], phone['channel'], phone['displayName']]),
      [['grace', 'chat', 'Grace']],
    )
    const { threads } = (await engine.get('/simulator/phones/grace')).body
    assert.equal(threads.length, 1)
    assert.deepEqual([threads[0].proxyAddress, threads[0].conversationSid, threads[0].open], [null, sid, true])
    assert.deepEqual(
      threads[0].messages.map((message: Record<string, unknown>) => [message['from'], message['body']]),
      [
        ['business', 'Hello Grace'],
        ['customer', 'Hello Ada'],
      ],
    )
    assert.equal((await engine.simulate('/messages', { from: 'mallory', conversationSid: sid, body: 'x' })).status, 404)
  })

  test('a text of 1,601 characters arrives on chat, and on sms it is too long: 50504', async (t) => {
    const engine = await open(t)
    const body = 'x'.repeat(1_601)
    const { path } = await startConversation(engine)
    const refused = await engine.simulate('/messages', { from, to, body })
    assert.deepEqual([refused.status, refused.body.code], [400, 50504])
    assert.deepEqual((await engine.get(`${path}/Messages`)).body.messages, [])
    const chat = (await engine.post('/v1/Conversations')).body.sid
    await engine.post(`/v1/Conversations/${chat}/Participants`, { Identity: 'grace' })
    assert.equal((await engine.simulate('/messages', { from: 'grace', conversationSid: chat, body })).status, 201)
  })

  test('a handset has a thread for each business number, and keeps it', async (t) => {
    const engine = await open(t)
    const first = await startConversation(engine)
    const second = await startConversation(engine, { proxyAddress: '+15550108888' })
    await engine.simulate('/messages', { from, to, body: 'to the first' })
    await engine.simulate('/messages', { from, to: '+15550108888', body: 'to the second' })
    await engine.delete(second.path)
    const { displayName, threads } = (await engine.get(`/simulator/phones/${encodeURIComponent(from)}`)).body
    assert.equal(displayName, 'Grace')
    const seen = threads.map((thread: Record<string, unknown>) => [
      thread['proxyAddress'],
      thread['open'],
      thread['conversationSid'],
      (thread['messages'] as { body: string }[]).map(({ body }) => body),
    ])
    assert.deepEqual(
      seen.toSorted(([a]: string[], [b]: string[]) => String(a).localeCompare(String(b))),
      [
        ['+15550108888', false, undefined, ['to the second']],
        [to, true, first.sid, ['to the first']],
      ],
    )
  })

  for (const body of [{}, { from, to }, { from, to, body: '' }, { from, to, body: 'é'.repeat(16_385) }, [], null]) {
    test(`refuses the inbound message ${JSON.stringify(body)?.slice(0, 60)}: 20001`, async (t) => {
      const engine = await open(t)
      const answer = await engine.simulate('/messages', body)
      assert.deepEqual([answer.status, answer.body.code], [400, 20001])
    })
  }
})
