import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { onEachDatabase } from '@firstline/database/testing'
import { EngineError } from '../engine/error.ts'
import { createConversation, openInbox, sms } from './testing.ts'
import { discoverConversations, verifyConversation } from './verify.ts'

type Webhook = (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>

/** Loses webhooks while it is on: the engine takes them for delivered. */
function lossy() {
  const state = { losing: false }
  const webhook: Webhook = async (request, next) => (state.losing ? new Response() : next(request))
  return { state, webhook }
}

onEachDatabase((create) => {
  test('messages and receipts of which no webhook came are found', async (t) => {
    const { state, webhook } = lossy()
    const inbox = await openInbox(t, create, { webhook })
    const sid = await inbox.converse(['ada'])
    await inbox.receive(sid, 'Told')
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 1)
    state.losing = true
    for (const body of ['Lost 1', 'Lost 2']) await inbox.receive(sid, body)
    await inbox.send('ada', sid, { body: 'Answer' })
    state.losing = false
    await inbox.receive(sid, 'Told again')
    await inbox.until(async () => (await inbox.history('ada', sid)).some(({ body }) => body === 'Told again'))
    inbox.advance(11 * 60_000)
    const found = await inbox.until(async () => {
      const messages = await inbox.history('ada', sid)
      return messages.length === 5 && messages[3]?.status === 'delivered' && messages
    })
    assert.deepEqual(
      found.map(({ body }) => body),
      ['Told', 'Lost 1', 'Lost 2', 'Answer', 'Told again'],
    )
    assert.equal((await inbox.details('ada', sid)).conversation.unreadCount, 4)
  })

  test('what happened to a conversation and its participants untold is found', async (t) => {
    const { state, webhook } = lossy()
    const inbox = await openInbox(t, create, { webhook })
    const sid = await inbox.converse(['ada'])
    state.losing = true
    await inbox.engine(`/v1/Conversations/${sid}/Participants`, { form: { Identity: 'bob' } })
    await inbox.engine(`/v1/Conversations/${sid}`, { form: { State: 'closed' } })
    inbox.advance(11 * 60_000)
    await inbox.until(async () => (await inbox.request(`/api/conversations/${sid}`, { as: 'bob' })).ok)
    assert.equal((await inbox.details('bob', sid)).conversation.state, 'closed')
  })

  test('a conversation of which the app never heard is found, with its messages', async (t) => {
    const { state, webhook } = lossy()
    const inbox = await openInbox(t, create, { webhook })
    // The app's own look at its start may come in the middle of what follows.
    await inbox.app.drain()
    state.losing = true
    const sid = await createConversation(inbox, ['ada'], sms)
    for (let n = 1; n <= 25; n++) await inbox.receive(sid, `${n}`)
    await discoverConversations(inbox.ctx)
    const messages = await inbox.history('ada', sid)
    assert.deepEqual(
      messages.map(({ body }) => body),
      Array.from({ length: 25 }, (_, n) => `${n + 1}`),
    )
  })

  test('a conversation whose messages are not found is asked about now and then, and not all the time', async (t) => {
    let asked = 0
    const missing = Promise.withResolvers<void>()
    const inbox = await openInbox(t, create, {
      engine: async (request, next) => {
        if (request.method !== 'GET' || !new URL(request.url).pathname.endsWith('/Messages')) return next(request)
        asked++
        missing.resolve()
        return Response.json({ code: 20404, message: 'not found' }, { status: 404 })
      },
    })
    await inbox.converse(['ada'])
    inbox.advance(11 * 60_000)
    await missing.promise
    await delay(500)
    assert.equal(asked, 1)
  })

  test('a list of participants of which a page is not found does not take the conversation away', async (t) => {
    const inbox = await openInbox(t, create, {
      engine: async (request, next) => {
        const isLaterPage = /\/Participants\?.*\bPageToken=/.test(request.url)
        return isLaterPage ? Response.json({ code: 20404, message: 'not found' }, { status: 404 }) : next(request)
      },
    })
    const sid = await inbox.converse(['ada'])
    for (let n = 1; n <= 100; n++) {
      await inbox.engine(`/v1/Conversations/${sid}/Participants`, { form: { Identity: `colleague-${n}` } })
    }
    await assert.rejects(inbox.ctx.engine.listParticipants(sid), EngineError)
    await verifyConversation(inbox.ctx, sid)
    assert.equal((await inbox.details('ada', sid)).conversation.sid, sid)
  })
})
