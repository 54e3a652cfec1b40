import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { ConversationPage, MessagePage } from '../api.ts'
import { openInbox, whatsApp } from './testing.ts'

const contentSid = `HX${'a'.repeat(32)}`

onEachDatabase((create) => {
  test('what the customer writes reaches every worker in the conversation, and nobody else', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada', 'bob'])
    await inbox.receive(sid, 'Good morning')
    for (const worker of ['ada', 'bob']) {
      const [event] = await inbox.until(async () => {
        const events = await inbox.events(worker, 'message')
        return events.length > 0 && events
      })
      assert.deepEqual(
        [event?.body, event?.direction, event?.status, event?.author.displayName],
        ['Good morning', 'inbound', 'received', 'Grace Hopper'],
      )
      assert.equal((await inbox.events(worker, 'conversation')).at(-1)?.unreadCount, 1)
    }
    assert.deepEqual(await inbox.events('eve', 'message'), [])
    const { conversation, workers, window } = await inbox.details('ada', sid)
    assert.equal(conversation.lastMessage?.body, 'Good morning')
    assert.deepEqual([conversation.displayName, conversation.customerId], ['Grace Hopper', '7'])
    assert.deepEqual(
      workers.map(({ displayName }) => displayName),
      ['ada L.', 'bob L.'],
    )
    assert.deepEqual(window, { freeText: true })
  })

  test('a worker who is not in a conversation cannot tell that there is one', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    const headers = { 'idempotency-key': 'key' }
    const tries: [path: string, options?: { method?: string; body?: unknown }][] = [
      [''],
      ['/messages'],
      ['/templates'],
      ['/messages', { body: { body: 'Hello' } }],
      ['/close', { method: 'POST' }],
      ['/read', { method: 'POST' }],
    ]
    for (const [path, options] of tries) {
      const answer = await inbox.json(`/api/conversations/${sid}${path}`, { as: 'eve', headers, ...options })
      const unknown = await inbox.json(`/api/conversations/CH${'0'.repeat(32)}${path}`, {
        as: 'eve',
        headers,
        ...options,
      })
      assert.equal(answer.status, 404, path)
      assert.deepEqual({ ...(answer.body as object), requestId: 0 }, { ...(unknown.body as object), requestId: 0 })
    }
    const { body } = await inbox.json<ConversationPage>('/api/conversations?state=all', { as: 'eve' })
    assert.deepEqual(body, { conversations: [], unreadTotal: 0 })
  })

  test('a sent message is delivered, and each step is told', async (t) => {
    // What comes together is told together.
    const sent = Promise.withResolvers<void>()
    const inbox = await openInbox(t, create, {
      async webhook(request, next) {
        if ((await request.clone().text()).includes('EventType=onDeliveryUpdated')) await sent.promise
        return next(request)
      },
    })
    const sid = await inbox.converse(['ada', 'bob'])
    const { status, body } = await inbox.send('ada', sid, { body: 'Hello Grace' }, 'first')
    assert.equal(status, 201)
    assert.deepEqual([body.message.key, body.message.author.displayName], ['first', 'ada L.'])
    assert.match(body.message.sid ?? '', /^IM/)
    await inbox.until(async () => (await inbox.events('bob', 'message')).some((event) => event.status === 'sent'))
    sent.resolve()
    const [message] = await inbox.until(async () => {
      const messages = await inbox.history('bob', sid)
      return messages[0]?.status === 'delivered' && messages
    })
    assert.deepEqual([message?.body, message?.direction, message?.key], ['Hello Grace', 'outbound', 'first'])
    const told = (await inbox.events('bob', 'message')).map((event) => event.status)
    assert.deepEqual([...new Set(told)], ['sending', 'sent', 'delivered'])
    assert.equal((await inbox.details('ada', sid)).conversation.lastMessage?.status, 'delivered')
  })

  test('the same key again is the same message, and stands for no other', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada', 'bob'])
    const [first, second] = await Promise.all([
      inbox.send('ada', sid, { body: 'Once' }, 'same'),
      inbox.send('ada', sid, { body: 'Once' }, 'same'),
    ])
    assert.deepEqual([first.status, second.status], [201, 201])
    assert.equal(first.body.message.sid, second.body.message.sid)
    assert.equal((await inbox.send('ada', sid, { body: 'Twice' }, 'same')).status, 422)
    const other = await inbox.send('bob', sid, { body: 'Once' }, 'same')
    assert.notEqual(other.body.message.sid, first.body.message.sid)
    const { body } = await inbox.engine<{ messages: unknown[] }>(`/v1/Conversations/${sid}/Messages`)
    assert.equal(body.messages.length, 2)
  })

  test('a key may be used anew after a day', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    const first = await inbox.send('ada', sid, { body: 'Today' }, 'same')
    inbox.advance(24 * 60 * 60_000)
    const second = await inbox.send('ada', sid, { body: 'Tomorrow' }, 'same')
    assert.deepEqual([first.status, second.status, second.body.message?.body], [201, 201, 'Tomorrow'])
  })

  test('a key may hold spaces, and is another one for another worker', async (t) => {
    const inbox = await openInbox(t, create)
    await inbox.worker('ada b')
    const sid = await inbox.converse(['ada', 'ada b'])
    const key = `b ${'k'.repeat(253)}`
    const first = await inbox.send('ada', sid, { body: 'Once' }, key)
    assert.deepEqual([first.status, first.body.message.key], [201, key])
    assert.equal((await inbox.send('ada', sid, { body: 'Once' }, key)).body.message.sid, first.body.message.sid)
    const other = await inbox.send('ada b', sid, { body: 'Another' }, key.slice(2))
    assert.deepEqual([other.status, other.body.message.body], [201, 'Another'])
  })

  test('refuses what is no message', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    for (const [what, body, key] of [
      ['nothing', {}, 'key'],
      ['an empty text', { body: ' \n' }, 'key'],
      ['a text of 1,601 characters', { body: 'x'.repeat(1_601) }, 'key'],
      ['a template of 1,601 characters', { template: { content: 'x'.repeat(1_601) } }, 'key'],
      ['text and template at once', { body: 'x', template: { content: 'y' } }, 'key'],
      ['values that are no object', { template: { content: 'x', contentSid, contentVariables: '[]' } }, 'key'],
      ['a message without a key', { body: 'x' }, ''],
    ] as const) {
      const refused = await inbox.send('ada', sid, body, key)
      assert.deepEqual([refused.status, refused.body.code], [400, 48000], what)
    }
    assert.deepEqual(await inbox.history('ada', sid), [])
  })

  test('WhatsApp takes a template first, and free text for a day after the customer has written', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'], whatsApp)
    assert.equal((await inbox.details('ada', sid)).window.freeText, false)

    const refused = await inbox.send('ada', sid, { body: 'Hello' }, 'free')
    assert.deepEqual([refused.status, refused.body.title, refused.body.code], [422, 'WhatsApp needs a template', 63016])
    assert.match(refused.body.detail, /begins with an approved template/)
    const template = { content: 'Hello Grace, may we write to you?', contentSid, contentVariables: '{"1":"Grace"}' }
    const sent = await inbox.send('ada', sid, { template })
    assert.deepEqual([sent.status, sent.body.message.fromTemplate], [201, true])
    assert.equal(sent.body.message.body, template.content)
    await inbox.until(async () => (await inbox.history('ada', sid))[0]?.status === 'read')

    await inbox.receive(sid, 'You may', whatsApp)
    await inbox.until(async () => (await inbox.details('ada', sid)).window.freeText)
    assert.equal((await inbox.send('ada', sid, { body: 'Thank you' })).status, 201)
    assert.equal((await inbox.send('ada', sid, { body: 'Hello' }, 'free')).status, 422, 'the failure replays')
    inbox.advance(24 * 60 * 60_000)
    assert.equal((await inbox.send('ada', sid, { body: 'Good morning' })).status, 422)
  })

  test('WhatsApp’s day counts for the pair of addresses, whichever conversation the customer wrote in', async (t) => {
    const inbox = await openInbox(t, create)
    const before = await inbox.converse(['bob'], whatsApp)
    await inbox.receive(before, 'Good morning', whatsApp)
    await inbox.until(async () => (await inbox.details('bob', before)).window.freeText)
    await inbox.json(`/api/conversations/${before}/close`, { as: 'bob', method: 'POST' })

    const sid = await inbox.converse(['ada'], whatsApp)
    assert.equal((await inbox.details('ada', sid)).window.freeText, true)
    assert.equal((await inbox.send('ada', sid, { body: 'Good morning' })).status, 201)
    const fromElsewhere = await inbox.converse(['ada'], { ...whatsApp, proxyAddress: 'whatsapp:+15550108888' })
    assert.equal((await inbox.details('ada', fromElsewhere)).window.freeText, false)
    inbox.advance(24 * 60 * 60_000)
    assert.equal((await inbox.details('ada', sid)).window.freeText, false)
  })

  test('what the carrier could not deliver says why, in plain words', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    await inbox.engine('/simulator/faults', { json: { address: '+15550100001', errorCode: 30005 } })
    await inbox.send('ada', sid, { body: 'Hello?' })
    const [message] = await inbox.until(async () => {
      const messages = await inbox.history('ada', sid)
      return messages[0]?.status === 'undelivered' && messages
    })
    assert.deepEqual([message?.failure?.code, message?.failure?.title], [30005, 'Unknown number'])
    assert.equal(message?.failure?.retryable, false)
  })

  test('chat has no business number and no receipts', async (t) => {
    const inbox = await openInbox(t, create)
    const grace = { identity: 'grace-in-the-shop' }
    const sid = await inbox.converse(['ada'], grace)
    const sent = await inbox.send('ada', sid, { body: 'Hello' })
    assert.equal(sent.body.message.status, 'sent')
    await inbox.receive(sid, 'Hi', grace)
    const messages = await inbox.until(async () => {
      const all = await inbox.history('ada', sid)
      return all.length === 2 && all
    })
    assert.deepEqual(
      messages.map(({ direction }) => direction),
      ['outbound', 'inbound'],
    )
    const { conversation } = await inbox.details('ada', sid)
    assert.deepEqual(
      [conversation.channel, conversation.contactAddress, conversation.proxyAddress],
      ['chat', 'grace-in-the-shop', null],
    )
  })

  test('a chat takes 32 kB, both ways, of which carriers would take a part', async (t) => {
    const inbox = await openInbox(t, create)
    const grace = { identity: 'grace-in-the-shop' }
    const sid = await inbox.converse(['ada'], grace)
    const longest = '"'.repeat(32 * 1024)
    const sent = await inbox.send('ada', sid, { body: longest })
    assert.deepEqual([sent.status, sent.body.message?.body], [201, longest])
    const tooLong = await inbox.send('ada', sid, { body: `${longest}"` })
    assert.deepEqual([tooLong.status, tooLong.body.code], [400, 48000])
    await inbox.administrator('root')
    const message = { messageId: 'a', from: grace.identity, to: null, conversationSid: sid, body: 'x'.repeat(1_601) }
    const reply = (body: object) => inbox.json('/api/handset/messages', { as: 'root', body })
    assert.equal((await reply(message)).status, 201)
    assert.equal((await reply({ ...message, messageId: 'b', to: '+15550109999' })).status, 400)
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 2)
  })

  test('each worker reads for themselves, and not backwards', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada', 'bob'])
    for (const body of ['One', 'Two', 'Three']) await inbox.receive(sid, body)
    await inbox.until(async () => (await inbox.details('ada', sid)).conversation.unreadCount === 3)
    const read = (as: string, body?: unknown) =>
      inbox.json<{ conversation: { unreadCount: number } }>(`/api/conversations/${sid}/read`, {
        as,
        method: 'POST',
        body,
      })
    assert.equal((await read('ada', { lastReadIndex: 1 })).body.conversation.unreadCount, 1)
    assert.equal((await read('ada', { lastReadIndex: 0 })).body.conversation.unreadCount, 1)
    assert.equal((await inbox.details('bob', sid)).conversation.unreadCount, 3)
    const list = () => inbox.json<ConversationPage>('/api/conversations', { as: 'ada' })
    assert.equal((await list()).body.unreadTotal, 1)
    assert.equal((await read('ada')).body.conversation.unreadCount, 0)
    assert.equal((await list()).body.unreadTotal, 0)
    assert.equal((await inbox.events('ada', 'conversation')).at(-1)?.unreadCount, 0)
  })

  test('a closed conversation takes no more, and closing it again changes nothing', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    const close = () =>
      inbox.json<{ conversation: { state: string } }>(`/api/conversations/${sid}/close`, { as: 'ada', method: 'POST' })
    for (const _ of [1, 2]) assert.equal((await close()).body.conversation.state, 'closed')
    const { body } = await inbox.engine<{ state: string }>(`/v1/Conversations/${sid}`)
    assert.equal(body.state, 'closed')
    assert.equal((await inbox.send('ada', sid, { body: 'Hello?' })).status, 409)
    const lists = await Promise.all(
      ['open', 'closed', 'all'].map(async (state) => {
        const page = await inbox.json<ConversationPage>(`/api/conversations?state=${state}`, { as: 'ada' })
        return page.body.conversations.length
      }),
    )
    assert.deepEqual(lists, [0, 1, 1])
  })

  test('the list is in the order of the last messages, page by page', async (t) => {
    const inbox = await openInbox(t, create)
    const contacts = [1, 2, 3].map((n) => ({ address: `+1555010010${n}`, proxyAddress: '+15550109999' }))
    const sids: string[] = []
    for (const contact of contacts) sids.push(await inbox.converse(['ada'], contact))
    const [oldest = ''] = sids
    await inbox.receive(oldest, 'I am the newest now', contacts[0])
    await inbox.until(async () => (await inbox.details('ada', oldest)).conversation.unreadCount === 1)
    const list = (query: string) => inbox.json<ConversationPage>(`/api/conversations?${query}`, { as: 'ada' })
    const all = (await list('state=all')).body.conversations.map(({ sid }) => sid)
    assert.equal(all[0], oldest)
    const paged: string[] = []
    let token: string | undefined = ''
    while (token !== undefined) {
      const { body }: { body: ConversationPage } = await list(`limit=1&pageToken=${token}`.replace(/&pageToken=$/, ''))
      paged.push(...body.conversations.map(({ sid }) => sid))
      token = body.nextPageToken
    }
    assert.deepEqual(paged, all)
    assert.equal((await list('pageToken=nonsense')).status, 400)
  })

  test('a conversation is read page by page, the oldest message of each first', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    for (const body of ['1', '2', '3', '4', '5']) await inbox.receive(sid, body)
    await inbox.until(async () => (await inbox.history('ada', sid)).length === 5)
    const page = async (query: string) =>
      (await inbox.json<MessagePage>(`/api/conversations/${sid}/messages?${query}`, { as: 'ada' })).body
    const newest = await page('limit=2')
    assert.deepEqual([newest.messages.map(({ body }) => body), newest.hasEarlier], [['4', '5'], true])
    const before = await page(`limit=3&before=${newest.messages[0]?.index}`)
    assert.deepEqual([before.messages.map(({ body }) => body), before.hasEarlier], [['1', '2', '3'], false])
  })

  test('a worker who is taken out of a conversation is told, and sees it no more', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada', 'bob'])
    const path = `/v1/Conversations/${sid}/Participants`
    const { body } = await inbox.engine<{ participants: { sid: string; identity: string | null }[] }>(path)
    const bob = body.participants.find(({ identity }) => identity === 'bob')
    await inbox.engine(`${path}/${bob?.sid}`, { method: 'DELETE' })
    const removed = await inbox.until(async () => {
      const events = await inbox.events('bob', 'conversation.removed')
      return events.length > 0 && events
    })
    assert.deepEqual(removed, [{ sid }])
    assert.equal((await inbox.request(`/api/conversations/${sid}`, { as: 'bob' })).status, 404)
    assert.equal((await inbox.request(`/api/conversations/${sid}`, { as: 'ada' })).status, 200)
  })

  test('a conversation that the engine deletes is gone here too', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    await inbox.send('ada', sid, { body: 'Hello' })
    await inbox.engine(`/v1/Conversations/${sid}`, { method: 'DELETE' })
    await inbox.until(async () => (await inbox.request(`/api/conversations/${sid}`, { as: 'ada' })).status === 404)
    assert.deepEqual(await inbox.events('ada', 'conversation.removed'), [{ sid }])
  })
})
