import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, startConversation, type TestEngine } from '../testing.ts'

const pair = { 'MessagingBinding.Address': '+15550100001', 'MessagingBinding.ProxyAddress': '+15550109999' }

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('of 20 that add the same pair at once, one succeeds and 19 are told who holds it: 50416', async (t) => {
    const engine = await open(t)
    const conversations = await Promise.all(Array.from({ length: 20 }, () => engine.post('/v1/Conversations')))
    const answers = await Promise.all(
      conversations.map(({ body }) => engine.post(`/v1/Conversations/${body.sid}/Participants`, pair)),
    )
    const won = answers.filter(({ status }) => status === 201)
    assert.equal(won.length, 1)
    const holder = won[0]?.body.conversation_sid
    const message = `A binding for this participant and proxy address already exists in Conversation ${holder}`
    const lost = answers.filter(({ status }) => status !== 201)
    for (const { status, body } of lost) {
      assert.deepEqual([status, body.code, body.message], [409, 50416, message])
    }
    assert.equal(lost.length, 19)
    // Those who lost are left as they were.
    const others = conversations.filter(({ body }) => body.sid !== holder)
    for (const { body } of others) {
      assert.deepEqual((await engine.get(`/v1/Conversations/${body.sid}/Participants`)).body.participants, [])
    }
  })

  const releases: [how: string, release: (engine: TestEngine, path: string, customer: string) => Promise<unknown>][] = [
    ['removing the participant', (engine, path, customer) => engine.delete(`${path}/Participants/${customer}`)],
    ['closing the conversation', (engine, path) => engine.post(path, { State: 'closed' })],
    ['deleting the conversation', (engine, path) => engine.delete(path)],
  ]
  for (const [how, release] of releases) {
    test(`${how} releases the pair`, async (t) => {
      const engine = await open(t)
      const first = await startConversation(engine)
      assert.equal((await startConversation(engine)).customer.code, 50416)
      await release(engine, first.path, first.customer.sid)
      assert.equal((await startConversation(engine)).customer.code, undefined)
    })
  }

  test('the same contact may be bound through another proxy, and on another channel', async (t) => {
    const engine = await open(t)
    await startConversation(engine)
    const other = await startConversation(engine, { proxyAddress: '+15550108888' })
    const whatsapp = await startConversation(engine, {
      address: 'whatsapp:+15550100001',
      proxyAddress: 'whatsapp:+15550109999',
    })
    assert.deepEqual(other.customer.messaging_binding, {
      type: 'sms',
      address: '+15550100001',
      proxy_address: '+15550108888',
    })
    assert.equal(whatsapp.customer.messaging_binding.type, 'whatsapp')
  })

  test('a pair is unique in the whole account, not in a service', async (t) => {
    const engine = await open(t)
    const { sid } = await startConversation(engine)
    const service = (await engine.post('/v1/Services', { FriendlyName: 'Other' })).body.sid
    const conversation = (await engine.post(`/v1/Services/${service}/Conversations`)).body.sid
    const answer = await engine.post(`/v1/Services/${service}/Conversations/${conversation}/Participants`, pair)
    assert.equal(answer.body.code, 50416)
    assert.match(answer.body.message, new RegExp(sid))
  })

  test('a short code may be a proxy', async (t) => {
    const engine = await open(t)
    assert.equal((await startConversation(engine, { proxyAddress: '12345' })).customer.messaging_binding.type, 'sms')
  })

  test('finds a chat user by identity, and keeps what they have read', async (t) => {
    const engine = await open(t)
    const { path, worker } = await startConversation(engine)
    const byIdentity = `${path}/Participants/${encodeURIComponent('ada@example.com')}`
    assert.deepEqual((await engine.get(byIdentity)).body, worker)
    assert.equal(worker.messaging_binding, null)
    const read = (await engine.post(byIdentity, { LastReadMessageIndex: '3' })).body
    assert.equal(read.last_read_message_index, 3)
    assert.equal((await engine.get(`${path}/Participants/${worker.sid}`)).body.last_read_message_index, 3)
    assert.equal((await engine.delete(byIdentity)).status, 204)
    assert.equal((await engine.get(byIdentity)).status, 404)
  })

  test('a conversation takes 50 non-chat participants: 50418', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    const add = (number: number) =>
      engine.post(`/v1/Conversations/${sid}/Participants`, {
        ...pair,
        'MessagingBinding.Address': `+1555010${String(number).padStart(4, '0')}`,
      })
    const answers = await Promise.all(Array.from({ length: 52 }, (_, number) => add(number)))
    assert.equal(answers.filter(({ status }) => status === 201).length, 50)
    assert.equal(answers.filter(({ body }) => body.code === 50418).length, 2)
    assert.equal((await engine.post(`/v1/Conversations/${sid}/Participants`, { Identity: 'ada' })).status, 201)
  })

  test('a conversation takes 1,000 participants: 50417', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    await fillWithChatUsers(engine, sid, 1_000)
    assert.equal((await engine.post(`/v1/Conversations/${sid}/Participants`, { Identity: 'ada' })).body.code, 50417)
  })

  test('an identity is in at most 1,000 open conversations: 50214', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    await putIntoConversations(engine, 'ada', 1_000)
    const add = () => engine.post(`/v1/Conversations/${sid}/Participants`, { Identity: 'ada' })
    assert.equal((await add()).body.code, 50214)
    const [{ conversation_sid }] = (await engine.database.db
      .selectFrom('participant')
      .select('conversation_sid')
      .limit(1)
      .execute()) as [{ conversation_sid: string }]
    await engine.post(`/v1/Conversations/${conversation_sid}`, { State: 'closed' })
    assert.equal((await add()).status, 201)
  })

  test('lists the conversations of an address and of an identity, closed ones too', async (t) => {
    const engine = await open(t, { fixedClock: true })
    const first = await startConversation(engine)
    await engine.post(first.path, { State: 'closed' })
    engine.advance(1000)
    const second = await startConversation(engine)
    const list = async (query: string) => (await engine.get(`/v1/ParticipantConversations?${query}`)).body.conversations
    const byAddress = await list(`Address=${encodeURIComponent('+15550100001')}`)
    assert.deepEqual(
      byAddress.map((row: Record<string, unknown>) => [row['conversation_sid'], row['conversation_state']]),
      [
        [second.sid, 'active'],
        [first.sid, 'closed'],
      ],
    )
    assert.equal(byAddress[0].participant_messaging_binding.proxy_address, '+15550109999')
    const byIdentity = await list('Identity=ada@example.com&PageSize=1')
    assert.deepEqual([byIdentity.length, byIdentity[0].participant_sid], [1, second.worker.sid])
    assert.deepEqual(await list('Identity=nobody'), [])
    for (const query of ['', 'Identity=a&Address=b']) {
      assert.equal((await engine.get(`/v1/ParticipantConversations?${query}`)).body.code, 50451)
    }
  })
})

const blank = {
  binding_type: null,
  address: null,
  proxy_address: null,
  attributes: '{}',
  last_read_message_index: null,
  last_read_timestamp: null,
  created_at: 1,
  updated_at: 1,
}

async function fillWithChatUsers(engine: TestEngine, conversationSid: string, many: number): Promise<void> {
  const rows = Array.from({ length: many }, (_, i) => ({
    ...blank,
    sid: `MB${String(i).padStart(32, '0')}`,
    conversation_sid: conversationSid,
    identity: `user-${i}`,
  }))
  await engine.database.db.insertInto('participant').values(rows).execute()
}

async function putIntoConversations(engine: TestEngine, identity: string, many: number): Promise<void> {
  const { db } = engine.database
  const service_sid = engine.conversations.defaultServiceSid
  const sids = Array.from({ length: many }, (_, i) => `CH${String(i).padStart(32, '0')}`)
  const conversation = { service_sid, attributes: '{}', state: 'active', created_by: 'system', next_index: 0 } as const
  const dates = { created_at: 1, updated_at: 1 }
  await db
    .insertInto('conversation')
    .values(sids.map((sid) => ({ ...conversation, ...dates, sid })) as never)
    .execute()
  await db
    .insertInto('participant')
    .values(sids.map((sid) => ({ ...blank, sid: sid.replace('CH', 'MB'), conversation_sid: sid, identity })))
    .execute()
}
