import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { engineFactory, startConversation, type TestEngine } from '../testing.ts'

const whatsApp = { address: 'whatsapp:+15550100001', proxyAddress: 'whatsapp:+15550109999' }
const template = `HX${'ab'.repeat(16)}`
const hourMs = 3_600_000

onEachDatabase((create) => {
  const open = engineFactory(create)

  test('20 messages at once get 20 indexes without a gap', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    const sent = await Promise.all(
      Array.from({ length: 20 }, (_, i) => engine.post(`${path}/Messages`, { Body: `message ${i}` })),
    )
    const indexes = sent.map(({ body }) => body.index).sort((a, b) => a - b)
    assert.deepEqual(
      indexes,
      Array.from({ length: 20 }, (_, i) => i),
    )
  })

  test('a request that comes twice with its key, even at once, is one message', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    const send = (key: string, Body: string) =>
      engine.post(`${path}/Messages`, { Body, Author: 'ada' }, { 'idempotency-key': key })
    const answers = await Promise.all([send('a', 'Once'), send('a', 'Once'), send('b', 'Once')])
    answers.push(await send('a', 'Once'))
    assert.deepEqual(
      answers.map(({ status }) => status),
      [201, 201, 201, 201],
    )
    assert.equal(new Set(answers.map(({ body }) => body.sid)).size, 2)
    assert.equal((await engine.get(`${path}/Messages`)).body.messages.length, 2)
    const other = await startConversation(engine, { address: '+15550100077' })
    const elsewhere = await engine.post(`${other.path}/Messages`, { Body: 'Once' }, { 'idempotency-key': 'a' })
    assert.equal(elsewhere.body.index, 0)
  })

  test('pages through messages in both orders, whatever is added meanwhile', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    for (let i = 0; i < 7; i++) await engine.post(`${path}/Messages`, { Body: String(i) })
    for (const [order, expected] of [
      ['asc', '0123456789'],
      ['desc', '6543210'],
    ] as const) {
      let url: string | null = `${path}/Messages?Order=${order}&PageSize=3`
      let bodies = ''
      while (url) {
        const { messages, meta }: { messages: { body: string }[]; meta: { next_page_url: string | null } } = (
          await engine.get(url)
        ).body
        bodies += messages.map((message) => message.body).join('')
        url = meta.next_page_url
        if (order === 'asc' && bodies.length === 3) {
          for (const body of ['7', '8', '9']) await engine.post(`${path}/Messages`, { Body: body })
        }
      }
      assert.equal(bodies, order === 'desc' ? `987${expected}` : expected)
    }
  })

  test('knows its author, and says system when there is none', async (t) => {
    const engine = await open(t)
    const { path, worker } = await startConversation(engine)
    const send = async (params: Record<string, string>) => (await engine.post(`${path}/Messages`, params)).body
    const signed = await send({ Body: 'hello', Author: 'ada@example.com', Attributes: '{"key":"k1"}' })
    assert.deepEqual(
      [signed.author, signed.participant_sid, signed.attributes],
      ['ada@example.com', worker.sid, '{"key":"k1"}'],
    )
    const unsigned = await send({ Body: 'hello' })
    assert.deepEqual([unsigned.author, unsigned.participant_sid], ['system', null])
  })

  test('an sms is sent, then delivered, and stays on the handset', async (t) => {
    const engine = await open(t)
    const { path, customer } = await startConversation(engine)
    const message = (await engine.post(`${path}/Messages`, { Body: 'hello', Author: 'ada@example.com' })).body
    const statuses = await untilStatus(engine, message.sid, 'delivered')
    assert.deepEqual(statuses, ['sent', 'delivered'])
    const receipts = (await engine.get(`${path}/Messages/${message.sid}/Receipts`)).body.delivery_receipts
    assert.deepEqual(
      receipts.map((r: Record<string, unknown>) => [r['participant_sid'], r['status'], r['error_code']]),
      [[customer.sid, 'delivered', 0]],
    )
    assert.match(receipts[0].channel_message_sid, /^SM/)
    const { delivery } = (await engine.get(`${path}/Messages/${message.sid}`)).body
    assert.deepEqual(delivery, {
      total: 1,
      sent: 'all',
      delivered: 'all',
      read: 'none',
      failed: 'none',
      undelivered: 'none',
    })
    await engine.delete(path)
    assert.deepEqual(await textsOn(engine, '+15550100001'), [['business', 'hello']])
  })

  test('a chat has no receipts', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    const path = `/v1/Conversations/${sid}`
    for (const Identity of ['ada', 'bob']) await engine.post(`${path}/Participants`, { Identity })
    const message = (await engine.post(`${path}/Messages`, { Body: 'x'.repeat(2000), Author: 'ada' })).body
    assert.equal(message.delivery, null)
    assert.deepEqual((await engine.get(`${path}/Messages/${message.sid}/Receipts`)).body.delivery_receipts, [])
  })

  test('free text on WhatsApp fails before the customer has written: 63016', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine, whatsApp)
    const message = (await engine.post(`${path}/Messages`, { Body: 'hello', Author: 'ada@example.com' })).body
    const event = await engine.hooks.find({ EventType: 'onDeliveryUpdated', MessageSid: message.sid })
    assert.deepEqual([event.params['Status'], event.params['ErrorCode']], ['failed', '63016'])
    assert.match(event.params['ChannelMessageSid'] ?? '', /^WA/)
    assert.deepEqual(await textsOn(engine, whatsApp.address), [])
  })

  test('free text on WhatsApp passes for 24 hours after the last message to the same number', async (t) => {
    const engine = await open(t, { fixedClock: true })
    const { path } = await startConversation(engine, whatsApp)
    await engine.simulate('/messages', { from: whatsApp.address, to: whatsApp.proxyAddress, body: 'hi' })
    engine.advance(24 * hourMs - 1)
    const inside = (await engine.post(`${path}/Messages`, { Body: 'inside' })).body
    assert.deepEqual(await untilStatus(engine, inside.sid, 'read'), ['sent', 'delivered', 'read'])
    engine.advance(1)
    const outside = (await engine.post(`${path}/Messages`, { Body: 'outside' })).body
    assert.deepEqual(await untilStatus(engine, outside.sid, 'failed'), ['failed'])
    const other = await startConversation(engine, { ...whatsApp, proxyAddress: 'whatsapp:+15550108888' })
    const elsewhere = (await engine.post(`${other.path}/Messages`, { Body: 'other number' })).body
    assert.equal(elsewhere.delivery.failed, 'all')
  })

  const texts: [what: string, params: Record<string, string>, known: string | undefined, text: string][] = [
    ['the text that it is given', { Body: 'Hello Grace' }, 'Hello {{1}}', 'Hello Grace'],
    ['the known text with its values', { ContentVariables: '{"1":"Grace"}' }, 'Hello {{1}} {{2}}', 'Hello Grace {{2}}'],
    [
      'its values when the text is unknown',
      { ContentVariables: '{"1":"Grace","2":"Monday"}' },
      undefined,
      'Grace · Monday',
    ],
    ['its SID when nothing is known', {}, undefined, `[template ${template}]`],
  ]
  for (const [what, params, known, text] of texts) {
    test(`an approved template passes outside the window, and shows ${what}`, async (t) => {
      const engine = await open(t)
      const { path } = await startConversation(engine, whatsApp)
      if (known) await engine.simulate('/contents', { content_sid: template, body: known })
      const message = (await engine.post(`${path}/Messages`, { ContentSid: template, ...params })).body
      assert.deepEqual([message.content_sid, message.body], [template, text])
      assert.deepEqual(await untilStatus(engine, message.sid, 'read'), ['sent', 'delivered', 'read'])
      assert.deepEqual(await textsOn(engine, whatsApp.address), [['business', text]])
    })
  }

  test('a fault of the carrier is the status of what is sent to that address', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await engine.simulate('/faults', { address: '+15550100001', errorCode: 30003 })
    const lost = (await engine.post(`${path}/Messages`, { Body: 'hello' })).body
    assert.deepEqual(await untilStatus(engine, lost.sid, 'undelivered'), ['sent', 'undelivered'])
    const [receipt] = (await engine.get(`${path}/Messages/${lost.sid}/Receipts`)).body.delivery_receipts
    assert.deepEqual([receipt.status, receipt.error_code], ['undelivered', 30003])
    await engine.simulate('/faults', { address: '+15550100001', errorCode: null })
    const found = (await engine.post(`${path}/Messages`, { Body: 'hello' })).body
    await untilStatus(engine, found.sid, 'delivered')
    assert.deepEqual(await textsOn(engine, '+15550100001'), [['business', 'hello']])
  })

  test('a message may be changed and removed', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    const { sid } = (await engine.post(`${path}/Messages`, { Body: 'helo' })).body
    assert.equal((await engine.post(`${path}/Messages/${sid}`, { Body: 'hello' })).body.body, 'hello')
    assert.equal((await engine.delete(`${path}/Messages/${sid}`)).status, 204)
    assert.equal((await engine.get(`${path}/Messages/${sid}`)).status, 404)
    assert.equal((await engine.post(`${path}/Messages`, { Body: 'next' })).body.index, 1)
  })

  test('a message may be given to another author, who need not be in the conversation', async (t) => {
    const engine = await open(t)
    const { path, worker } = await startConversation(engine)
    const { sid } = (await engine.post(`${path}/Messages`, { Body: 'hello' })).body
    const change = async (Author: string) => (await engine.post(`${path}/Messages/${sid}`, { Author })).body
    const taken = await change('ada@example.com')
    assert.deepEqual([taken.author, taken.participant_sid, taken.body], ['ada@example.com', worker.sid, 'hello'])
    const left = await change('bob@example.com')
    assert.deepEqual([left.author, left.participant_sid], ['bob@example.com', null])
    assert.equal((await change('x'.repeat(257))).code, 20001)
  })

  test('a message in a chat may be changed to 32 kB, and with a phone in it to 1,600 characters: 50504', async (t) => {
    const engine = await open(t)
    const { sid } = (await engine.post('/v1/Conversations')).body
    const path = `/v1/Conversations/${sid}`
    await engine.post(`${path}/Participants`, { Identity: 'ada' })
    const message = (await engine.post(`${path}/Messages`, { Body: 'x'.repeat(2_000) })).body
    const change = (params: Record<string, string>) => engine.post(`${path}/Messages/${message.sid}`, params)
    assert.equal((await change({ Body: 'y'.repeat(32 * 1024) })).body.body?.length, 32 * 1024)
    assert.equal((await change({ Body: 'y'.repeat(32 * 1024 + 1) })).body.code, 50504)
    await engine.post(`${path}/Participants`, {
      'MessagingBinding.Address': '+15550100001',
      'MessagingBinding.ProxyAddress': '+15550109999',
    })
    assert.equal((await change({ Body: 'z'.repeat(1_601) })).body.code, 50504)
    assert.equal((await change({ Body: 'z'.repeat(1_600) })).status, 200)
  })

  test('everybody on a carrier but the author gets a message', async (t) => {
    const engine = await open(t)
    const { path } = await startConversation(engine)
    await engine.post(`${path}/Participants`, {
      'MessagingBinding.Address': '+15550100002',
      'MessagingBinding.ProxyAddress': '+15550109999',
    })
    const { body } = await engine.simulate('/messages', { from: '+15550100001', to: '+15550109999', body: 'hi all' })
    await untilStatus(engine, body.messageSid, 'delivered')
    assert.deepEqual(await textsOn(engine, '+15550100001'), [['customer', 'hi all']])
    assert.deepEqual(await textsOn(engine, '+15550100002'), [['business', 'hi all']])
  })
})

/** Waits for a message's status, and returns those that were told of, in order. */
async function untilStatus(engine: TestEngine, messageSid: string, status: string): Promise<(string | undefined)[]> {
  await engine.hooks.find({ EventType: 'onDeliveryUpdated', MessageSid: messageSid, Status: status })
  return engine.hooks.received
    .filter(({ params }) => params['EventType'] === 'onDeliveryUpdated' && params['MessageSid'] === messageSid)
    .map(({ params }) => params['Status'])
}

async function textsOn(engine: TestEngine, address: string): Promise<[string, string][]> {
  const { threads } = (await engine.get(`/simulator/phones/${encodeURIComponent(address)}`)).body
  return threads.flatMap((thread: { messages: { from: string; body: string }[] }) =>
    thread.messages.map(({ from, body }) => [from, body]),
  )
}
