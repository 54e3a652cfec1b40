import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signRequest } from '@firstline/callbacks'
import { onEachDatabase } from '@firstline/database/testing'
import fc from 'fast-check'
import { testAccount, testPublicUrl } from '../testing.ts'
import { never } from './apply-messages.ts'
import { createConversation, type InboxTest, openInbox, sms } from './testing.ts'
import { askForReceipts, verifyConversation } from './verify.ts'
import { dueWebhooks, workOnWebhooks } from './webhook-work.ts'

const hourMs = 60 * 60_000
const url = `${testPublicUrl}/webhooks/conversations`

/** A webhook as it was on the wire. */
type Recorded = { body: string; headers: Headers; params: URLSearchParams }

/** Takes the engine's webhooks and keeps them from the app. */
function recorder() {
  const recorded: Recorded[] = []
  const waiting = new Set<() => void>()
  return {
    recorded,
    async webhook(request: Request): Promise<Response> {
      const body = await request.text()
      recorded.push({ body, headers: request.headers, params: new URLSearchParams(body) })
      for (const look of waiting) look()
      return new Response()
    },
    /** Until so many webhooks with these parameters have been sent. */
    count(many: number, wanted: Record<string, string>): Promise<void> {
      const { promise, resolve } = Promise.withResolvers<void>()
      const look = () => {
        const fitting = recorded.filter(({ params }) =>
          Object.entries(wanted).every(([name, value]) => params.get(name) === value),
        )
        if (fitting.length >= many) resolve()
      }
      waiting.add(look)
      look()
      return promise.finally(() => waiting.delete(look))
    },
  }
}

const deliver = (inbox: InboxTest, { body, headers }: Recorded) =>
  inbox.app.fetch(new Request(url, { method: 'POST', body, headers }))

/** Works on everything that has come, as the loop would. */
async function settle(inbox: InboxTest): Promise<void> {
  inbox.advance(1_000)
  for (;;) {
    const { keys } = await dueWebhooks(inbox.ctx, 10)
    if (keys.length === 0) return
    for (const sid of keys) await workOnWebhooks(inbox.ctx, sid)
  }
}

/** What workers see, without what is not of the conversation. */
async function seen(inbox: InboxTest, sid: string): Promise<unknown> {
  const views = ['ada', 'bob'].map(async (as) => {
    const list = await inbox.json<object>('/api/conversations?state=all', { as })
    const details = await inbox.request(`/api/conversations/${sid}`, { as })
    const history = await inbox.request(`/api/conversations/${sid}/messages`, { as })
    return [list.body, details.ok && (await details.json()), history.ok && (await history.json())]
  })
  return await Promise.all(views)
}

/** What is read over REST instead of told by a webhook has its dates in whole seconds. */
function toTheSecond(views: unknown): unknown {
  return JSON.parse(JSON.stringify(views).replaceAll(/(T\d\d:\d\d:\d\d)\.\d{3}Z/g, '$1Z'))
}

async function forget(inbox: InboxTest): Promise<void> {
  const { db } = inbox.database
  for (const table of ['conversation', 'conversation_reading', 'message_receipt', 'stored_webhook'] as const) {
    await db.deleteFrom(table).execute()
  }
}

/** What the slow round does when its time has come, unless it has given the conversation up. */
async function compare(inbox: InboxTest, sid: string): Promise<void> {
  const { db } = inbox.database
  const { verify_due_at: dueAt } = await db
    .selectFrom('conversation')
    .select('verify_due_at')
    .where('sid', '=', sid)
    .executeTakeFirstOrThrow()
  if (dueAt < never) await verifyConversation(inbox.ctx, sid)
  const unfinished = await db.selectFrom('message').select('sid').where('status', '=', 'sent').execute()
  for (const message of unfinished) await askForReceipts(inbox.ctx, message.sid)
}

/** A conversation with a bit of everything: `bob` leaves, a message is edited, one removed, one not delivered. */
async function liveThrough(inbox: InboxTest, webhooks: ReturnType<typeof recorder>): Promise<string> {
  const sid = await createConversation(inbox, ['ada', 'bob'])
  const path = `/v1/Conversations/${sid}`
  const write = async (Author: string, Body: string) =>
    (await inbox.engine<{ sid: string }>(`${path}/Messages`, { form: { Author, Body } })).body.sid
  await write('ada', 'Hello')
  await inbox.receive(sid, 'Who is this?')
  const edited = await write('ada', 'Ada, of the bnak')
  const removed = await write('ada', 'Wrong window')
  await webhooks.count(3, { EventType: 'onDeliveryUpdated', Status: 'delivered' })
  // REST tells times in seconds: of an edit in the very second of the message it cannot be told that it is newer.
  inbox.advance(2_000)
  await inbox.engine(`${path}/Messages/${edited}`, { form: { Body: 'Ada, of the bank' } })
  await inbox.engine(`${path}/Messages/${removed}`, { method: 'DELETE' })
  await inbox.engine('/simulator/faults', { json: { address: sms.address, errorCode: 30003 } })
  await write('bob', 'And Bob')
  await webhooks.count(1, { Status: 'undelivered' })
  const { body } = await inbox.engine<{ participants: { sid: string; identity: string }[] }>(`${path}/Participants`)
  const bob = body.participants.find(({ identity }) => identity === 'bob')
  await inbox.engine(`${path}/Participants/${bob?.sid}`, { method: 'DELETE' })
  await inbox.engine(path, { form: { FriendlyName: 'Grace B. Hopper' } })
  await inbox.receive(sid, 'Bye')
  await inbox.engine(path, { form: { State: 'closed' } })
  await webhooks.count(1, { EventType: 'onConversationStateUpdated', StateTo: 'closed' })
  return sid
}

onEachDatabase((create) => {
  test('webhooks in any order, some of them twice, end in the same inbox', async (t) => {
    const webhooks = recorder()
    const inbox = await openInbox(t, create, { webhook: webhooks.webhook })
    await inbox.app.drain()
    const sid = await liveThrough(inbox, webhooks)
    const { recorded } = webhooks
    assert.ok(recorded.length > 15, `only ${recorded.length} webhooks`)
    for (const webhook of recorded) assert.equal((await deliver(inbox, webhook)).status, 200)
    await settle(inbox)
    const inOrder = await seen(inbox, sid)
    assert.match(JSON.stringify(inOrder), /Ada, of the bank.*undelivered.*Bye/)
    assert.doesNotMatch(JSON.stringify(inOrder), /Wrong window/)

    const positions = recorded.map((_, position) => position)
    const inAnyOrder = fc.shuffledSubarray(positions, { minLength: positions.length })
    const again = fc.array(fc.nat(positions.length - 1), { maxLength: 5 })
    const property = fc.asyncProperty(inAnyOrder, again, fc.array(fc.boolean()), async (order, twice, pauses) => {
      await forget(inbox)
      for (const [step, position] of [...order, ...twice].entries()) {
        await deliver(inbox, recorded[position] as Recorded)
        if (pauses[step]) await settle(inbox)
      }
      await settle(inbox)
      assert.deepEqual(await seen(inbox, sid), inOrder)
    })
    await fc.assert(property, { numRuns: inbox.database.kind === 'sqlite' ? 40 : 15 })
  })

  test('webhooks that come an hour late, twice or never end in the same inbox once it has been compared', async (t) => {
    const webhooks = recorder()
    const inbox = await openInbox(t, create, { webhook: webhooks.webhook })
    await inbox.app.drain()
    const sid = await liveThrough(inbox, webhooks)
    const { recorded } = webhooks
    for (const webhook of recorded) await deliver(inbox, webhook)
    await settle(inbox)
    const inOrder = toTheSecond(await seen(inbox, sid))

    const fate = fc.constantFrom('in time', 'an hour late', 'twice', 'never')
    const fates = fc.array(fate, { minLength: recorded.length, maxLength: recorded.length })
    const heardOf = fates.filter((all) => all.some((each) => each !== 'never'))
    const property = fc.asyncProperty(heardOf, async (all) => {
      await forget(inbox)
      const come = (...wanted: string[]) => recorded.filter((_, position) => wanted.includes(all[position] ?? ''))
      for (const webhook of [...come('in time', 'twice'), ...come('twice')]) await deliver(inbox, webhook)
      await settle(inbox)
      inbox.advance(hourMs)
      for (const webhook of come('an hour late')) await deliver(inbox, webhook)
      await settle(inbox)
      await compare(inbox, sid)
      assert.deepEqual(toTheSecond(await seen(inbox, sid)), inOrder)
    })
    await fc.assert(property, { numRuns: inbox.database.kind === 'sqlite' ? 40 : 15 })
  })

  test('while the token is being replaced, takes what was signed with either', async (t) => {
    const inbox = await openInbox(t, create, {}, { previousAuthToken: 'the one before' })
    const params: [string, string][] = [['EventType', 'onConversationAdded']]
    const post = async (token: string) => {
      const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'x-twilio-signature': signRequest(url, params, token),
      }
      return (await inbox.app.fetch(new Request(url, { method: 'POST', headers, body: new URLSearchParams(params) })))
        .status
    }
    assert.deepEqual(
      await Promise.all([testAccount.authToken, 'the one before', 'another', ''].map(post)),
      [200, 200, 403, 403],
    )
  })

  test('takes only what the account has signed', async (t) => {
    const inbox = await openInbox(t, create)
    await inbox.app.drain()
    const params: [string, string][] = [
      ['EventType', 'onConversationAdded'],
      ['ConversationSid', `CH${'1'.repeat(32)}`],
    ]
    const signature = signRequest(url, params, testAccount.authToken)
    const form = 'application/x-www-form-urlencoded'
    async function post(headers: Record<string, string>, body: string | URLSearchParams = new URLSearchParams(params)) {
      const response = await inbox.app.fetch(new Request(url, { method: 'POST', headers, body: body.toString() }))
      const stored = await inbox.database.db.selectFrom('stored_webhook').select('id').execute()
      return [response.status, stored.length]
    }
    assert.deepEqual(await post({ 'content-type': form }), [403, 0])
    const strangers = signRequest(url, params, 'another token')
    assert.deepEqual(await post({ 'content-type': form, 'x-twilio-signature': strangers }), [403, 0])
    assert.deepEqual(await post({ 'content-type': form, 'x-twilio-signature': signature }, 'EventType=x'), [403, 0])
    assert.deepEqual(await post({ 'content-type': 'application/json', 'x-twilio-signature': signature }), [415, 0])
    const large = 'x'.repeat(300 * 1024)
    assert.deepEqual(await post({ 'content-type': form, 'x-twilio-signature': signature }, large), [413, 0])
    assert.deepEqual(await post({ 'content-type': form, 'x-twilio-signature': signature }), [200, 1])
    assert.deepEqual(await post({ 'content-type': form, 'x-twilio-signature': signature }), [200, 1], 'the same again')
  })

  test('webhooks of another service of the account are not ours', async (t) => {
    const inbox = await openInbox(t, create)
    await inbox.app.drain()
    const params: [string, string][] = [
      ['EventType', 'onConversationAdded'],
      ['ConversationSid', `CH${'1'.repeat(32)}`],
      ['ChatServiceSid', `IS${'f'.repeat(32)}`],
    ]
    const headers = { 'x-twilio-signature': signRequest(url, params, testAccount.authToken) }
    const response = await inbox.app.fetch(
      new Request(url, { method: 'POST', headers, body: new URLSearchParams(params) }),
    )
    assert.equal(response.status, 200)
    assert.deepEqual(await inbox.database.db.selectFrom('stored_webhook').select('id').execute(), [])
  })

  test('a webhook that comes while the engine is silent is worked on when it speaks again', async (t) => {
    let silent = false
    const webhooks = recorder()
    const inbox = await openInbox(t, create, {
      webhook: webhooks.webhook,
      engine: async (request, next) => (silent ? new Response('', { status: 503 }) : next(request)),
    })
    await inbox.app.drain()
    const sid = await createConversation(inbox, ['ada'])
    await inbox.receive(sid, 'Is anybody there?')
    await webhooks.count(1, { EventType: 'onMessageAdded' })
    silent = true
    for (const webhook of webhooks.recorded) await deliver(inbox, webhook)
    await settle(inbox)
    assert.equal((await inbox.request(`/api/conversations/${sid}`, { as: 'ada' })).status, 404)
    silent = false
    inbox.advance(60_000)
    await settle(inbox)
    assert.equal((await inbox.details('ada', sid)).conversation.lastMessage?.body, 'Is anybody there?')
    assert.deepEqual(await inbox.database.db.selectFrom('stored_webhook').select('id').execute(), [])
  })
})
