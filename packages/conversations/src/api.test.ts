import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { account, engineFactory, startConversation } from './testing.ts'

type Params = Record<string, string>
const sms = { 'MessagingBinding.Address': '+15550100001', 'MessagingBinding.ProxyAddress': '+15550109999' }
const senders = ['+15550109999', 'whatsapp:+15550109999', '+15550108888']

/** What is refused: a POST below a conversation that has `sms` and the identity `ada` in it. */
const refused: [what: string, path: string, params: Params, status: number, code: number][] = [
  ['a contact without a number', '/Participants', { ...sms, 'MessagingBinding.Address': '' }, 400, 50411],
  ['a proxy alone', '/Participants', { 'MessagingBinding.ProxyAddress': '+15550109999' }, 400, 50411],
  ['an empty proxy', '/Participants', { ...sms, 'MessagingBinding.ProxyAddress': '' }, 400, 50412],
  ['a contact alone', '/Participants', { 'MessagingBinding.Address': '+15550100001' }, 400, 50412],
  ['a malformed contact', '/Participants', { ...sms, 'MessagingBinding.Address': '555 0100' }, 400, 50407],
  ['a short code as contact', '/Participants', { ...sms, 'MessagingBinding.Address': '12345' }, 400, 50407],
  ['a malformed proxy', '/Participants', { ...sms, 'MessagingBinding.ProxyAddress': 'sales' }, 400, 50408],
  ['the same address twice', '/Participants', { ...sms, 'MessagingBinding.Address': '+15550109999' }, 400, 50409],
  ['a number not ours', '/Participants', { ...sms, 'MessagingBinding.ProxyAddress': '+15550107777' }, 400, 50413],
  ['mixed channels', '/Participants', { ...sms, 'MessagingBinding.Address': 'whatsapp:+15550100001' }, 400, 50414],
  [
    'a number of ours that is not on WhatsApp',
    '/Participants',
    {
      'MessagingBinding.Address': 'whatsapp:+15550100001',
      'MessagingBinding.ProxyAddress': 'whatsapp:+15550108888',
    },
    400,
    50415,
  ],
  ['a pair that is taken', '/Participants', sms, 409, 50416],
  ['an identity that is in it', '/Participants', { Identity: 'ada' }, 409, 50433],
  ['an identity that is too long', '/Participants', { Identity: 'x'.repeat(257) }, 400, 50207],
  ['a reserved identity', '/Participants', { Identity: 'system' }, 400, 20001],
  ['a user SID as identity', '/Participants', { Identity: `US${'a'.repeat(32)}` }, 400, 20001],
  ['nobody', '/Participants', {}, 400, 20001],
  ['identity and binding at once', '/Participants', { ...sms, Identity: 'bob' }, 400, 20001],
  ['a projected address', '/Participants', { 'MessagingBinding.ProjectedAddress': '+15550109999' }, 400, 20001],
  ['attributes that are no JSON', '/Participants', { Identity: 'bob', Attributes: '{' }, 400, 50304],
  [
    'participant attributes over 4 kB',
    '/Participants',
    { Identity: 'bob', Attributes: `"${'x'.repeat(4096)}"` },
    400,
    50303,
  ],
  ['an empty message', '/Messages', { Author: 'ada' }, 400, 20001],
  ['a text of 1,601 characters', '/Messages', { Body: 'x'.repeat(1601) }, 400, 50504],
  ['message attributes over 4 kB', '/Messages', { Body: 'x', Attributes: `"${'x'.repeat(4096)}"` }, 400, 50303],
  ['media', '/Messages', { MediaSid: `ME${'a'.repeat(32)}` }, 400, 20001],
  ['a malformed template', '/Messages', { ContentSid: 'HX1' }, 400, 20001],
  [
    'template values that are no object',
    '/Messages',
    { ContentSid: `HX${'a'.repeat(32)}`, ContentVariables: '[]' },
    400,
    20001,
  ],
  [
    'a long template value',
    '/Messages',
    { ContentSid: `HX${'a'.repeat(32)}`, ContentVariables: JSON.stringify({ 1: 'x'.repeat(257) }) },
    400,
    50541,
  ],
  ['a NUL character', '/Messages', { Body: 'a\0b' }, 400, 20001],
  ['conversation attributes over 16 kB', '', { Attributes: `"${'x'.repeat(16 * 1024)}"` }, 400, 50303],
  ['a friendly name that is too long', '', { FriendlyName: 'x'.repeat(257) }, 400, 50003],
  ['a unique name that is too long', '', { UniqueName: 'x'.repeat(257) }, 400, 50004],
  ['a unique name that looks like a SID', '', { UniqueName: `CH${'a'.repeat(32)}` }, 400, 50390],
  ['a unique name that is taken', '', { UniqueName: 'taken' }, 409, 50353],
  ['an empty state', '', { State: '' }, 400, 50374],
  ['an unknown state', '', { State: 'asleep' }, 400, 20001],
  ['a timer that is no duration', '', { 'Timers.Inactive': '5 minutes' }, 400, 50379],
  ['a closing timer that is no duration', '', { 'Timers.Closed': 'P' }, 400, 50380],
  ['inactive after less than a minute', '', { 'Timers.Inactive': 'PT59S' }, 400, 50375],
  ['closed after less than ten minutes', '', { 'Timers.Closed': 'PT9M59S' }, 400, 50376],
]

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('refuses each wrong write with its code, and changes nothing', async (t) => {
    const engine = await open(t, { senders })
    await engine.post('/v1/Conversations', { UniqueName: 'taken' })
    const { sid } = await startConversation(engine, { worker: 'ada' })
    const path = `/v1/Conversations/${sid}`
    const state = async () => [
      (await engine.get(path)).body,
      (await engine.get(`${path}/Participants`)).body.participants,
      (await engine.get(`${path}/Messages`)).body.messages,
    ]
    const before = await state()
    for (const [what, below, params, status, code] of refused) {
      await t.test(`${what}: ${code}`, async () => {
        const answer = await engine.post(path + below, params)
        assert.deepEqual([answer.status, answer.body.code], [status, code], JSON.stringify(answer.body))
        assert.deepEqual(Object.keys(answer.body), ['code', 'message', 'more_info', 'status'])
        assert.equal(answer.body.more_info, `https://www.twilio.com/docs/errors/${code}`)
      })
    }
    assert.deepEqual(await state(), before)
  })

  test('refuses every write in a closed conversation but its deletion: 50377', async (t) => {
    const engine = await open(t)
    const { path, worker } = await startConversation(engine)
    const message = (await engine.post(`${path}/Messages`, { Body: 'hello' })).body
    assert.equal((await engine.post(path, { State: 'closed' })).body.state, 'closed')
    const writes = [
      await engine.post(path, { State: 'active' }),
      await engine.post(path, { FriendlyName: 'again' }),
      await engine.post(`${path}/Participants`, { Identity: 'bob' }),
      await engine.post(`${path}/Participants/${worker.sid}`, { Attributes: '{}' }),
      await engine.delete(`${path}/Participants/${worker.sid}`),
      await engine.post(`${path}/Messages`, { Body: 'too late' }),
      await engine.post(`${path}/Messages/${message.sid}`, { Body: 'too late' }),
    ]
    for (const { status, body } of writes) assert.deepEqual([status, body.code], [400, 50377])
    assert.equal((await engine.delete(path)).status, 204)
  })

  test('answers 404 with 20404 for whatever is not there', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    const none = 'f'.repeat(32)
    for (const missing of [
      `/v1/Conversations/CH${none}`,
      '/v1/Conversations/no-such-name',
      `${path}/Participants/MB${none}`,
      `${path}/Participants/nobody`,
      `${path}/Messages/IM${none}`,
      `${path}/Messages/IM${none}/Receipts`,
      `/v1/Services/IS${none}`,
      `/v1/Services/IS${none}/Conversations`,
      '/v1/Users',
      '/simulator/phones/+15550100042',
    ]) {
      const { status, body } = await engine.get(missing)
      assert.deepEqual([status, body.code], [404, 20404], missing)
    }
  })

  for (const [what, authorization] of [
    ['no credentials', undefined],
    ['another token', `Basic ${btoa(`${account.accountSid}:guess`)}`],
    ['another account', `Basic ${btoa(`ACffff:${account.authToken}`)}`],
    ['another scheme', `Bearer ${account.authToken}`],
  ] as const) {
    test(`refuses ${what} on every path: 20003`, async (t) => {
      const engine = await open(t)
      for (const path of ['/v1/Conversations', '/twilio/v1/Services', '/simulator/phones', '/nowhere']) {
        const headers: Record<string, string> = authorization ? { authorization } : {}
        const response = await engine.conversations.fetch(new Request(`http://localhost${path}`, { headers }))
        assert.equal(response.status, 401)
        assert.match(response.headers.get('www-authenticate') ?? '', /^Basic/)
        assert.equal(((await response.json()) as { code: number }).code, 20003)
      }
    })
  }

  test('refuses a body of another type, and one that is too large', async (t) => {
    const engine = await open(t)
    const json = await engine.post('/v1/Conversations', { FriendlyName: 'x' }, { 'content-type': 'application/json' })
    assert.deepEqual([json.status, json.body.code], [400, 20001])
    const large = await engine.post('/v1/Conversations', { Attributes: 'x'.repeat(200_000) })
    assert.deepEqual([large.status, large.body.code], [413, 20413])
  })

  test('the same is there with and without the base path, and in the service', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    const service = engine.conversations.defaultServiceSid
    for (const [path, url] of [
      ['/v1', 'http://localhost:3000/v1'],
      ['/twilio/v1', 'http://localhost:3000/twilio/v1'],
      [`/twilio/v1/Services/${service}`, `http://localhost:3000/twilio/v1/Services/${service}`],
    ]) {
      assert.equal((await engine.get(`${path}/Conversations/${sid}`)).body.url, `${url}/Conversations/${sid}`)
    }
  })

  test('a service has conversations and unique names of its own', async (t) => {
    const engine = await open(t)
    const other = (await engine.post('/v1/Services', { FriendlyName: 'Other' })).body
    const inOther = `/v1/Services/${other.sid}/Conversations`
    assert.equal((await engine.post('/v1/Conversations', { UniqueName: 'same' })).status, 201)
    const second = await engine.post(inOther, { UniqueName: 'same' })
    assert.equal(second.status, 201)
    assert.equal((await engine.get(`/v1/Conversations/${second.body.sid}`)).status, 404)
    assert.deepEqual(
      (await engine.get(inOther)).body.conversations.map((row: { sid: string }) => row.sid),
      [second.body.sid],
    )
  })

  test('limits writes to 30 a second per conversation and per service: 20429 with Retry-After', async (t) => {
    const engine = await open(t, { writesPerSecond: 30, fixedClock: true })
    const { sid } = (await engine.post('/v1/Conversations')).body
    const send = () => engine.post(`/v1/Conversations/${sid}/Messages`, { Body: 'hello' })
    const sent = await Promise.all(Array.from({ length: 30 }, send))
    assert.deepEqual(new Set(sent.map(({ status }) => status)), new Set([201]))
    const refusal = await send()
    assert.deepEqual([refusal.status, refusal.body.code, refusal.headers.get('retry-after')], [429, 20429, '1'])
    assert.equal((await engine.post('/v1/Conversations')).status, 201)
    engine.advance(1000)
    assert.equal((await send()).status, 201)
    const creations = await Promise.all(Array.from({ length: 31 }, () => engine.post('/v1/Conversations')))
    assert.equal(creations.filter(({ status }) => status === 429).length, 1)
  })
})
