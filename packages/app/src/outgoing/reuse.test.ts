/** A customer who is in an open conversation already: 48031 is not a dead end. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { ConversationDetails } from '../api.ts'
import { verifyConversation } from '../inbox/verify.ts'
import type { TestSeams } from '../testing.ts'
import { chat, json, proxyNumber, type Stage, setStage, sms } from './testing.ts'

onEachDatabase((create) => {
  test('the worker’s own open conversation is reused, and the new one goes again', async (t) => {
    const stage = await setStage(t, create)
    const first = await stage.start(sms)
    const { status, body } = await stage.start(sms, { key: 'again' })
    assert.equal(status, 201)
    assert.equal(body.reused, true)
    assert.equal(body.conversationSid, first.body.conversationSid)
    assert.notEqual(body.attemptId, first.body.attemptId)
    assert.deepEqual(await stage.conversations(), [{ sid: first.body.conversationSid, in: ['+15550102222', 'ann'] }])
    const own = await stage.ownStart('again')
    assert.equal(own.state, 'succeeded')
    assert.deepEqual(
      own.steps.map(({ outcome }) => outcome),
      ['done', 'undone', 'done', 'done', 'done'],
    )
  })

  test('another business number is another conversation', async (t) => {
    const stage = await setStage(t, create)
    const first = await stage.start(sms)
    stage.answerProxy((response) => json(response, { proxy_address: '+15550003333' }))
    const second = await stage.start(sms)
    assert.equal(second.body.reused, false)
    assert.notEqual(second.body.conversationSid, first.body.conversationSid)
  })

  test('a conversation that has been closed is not in the way', async (t) => {
    const stage = await setStage(t, create)
    for (const request of [sms, chat]) {
      const first = await stage.start(request)
      await stage.app.ctx.engine.closeConversation(first.body.conversationSid)
      const second = await stage.start(request)
      assert.equal(second.body.reused, false)
      assert.notEqual(second.body.conversationSid, first.body.conversationSid)
    }
  })

  test('a colleague’s conversation is 409 with 48031 and names the colleague', async (t) => {
    const stage = await setStage(t, create)
    await stage.app.worker('bob', { displayName: 'Bob Ray' })
    const first = await stage.start(sms, { as: 'bob' })
    const { status, body } = await stage.start(sms, { key: 'a' })
    assert.equal(status, 409)
    assert.equal(body.code, 48031)
    assert.deepEqual(body.holder, { identity: 'bob', displayName: 'Bob Ray' })
    assert.match(body.detail, /Bob Ray/)
    assert.deepEqual(await stage.conversations(), [{ sid: first.body.conversationSid, in: ['+15550102222', 'bob'] }])
    assert.equal((await stage.ownStart('a')).state, 'failed')
  })

  test('a conversation that nobody of the company is in is joined, and is in the inbox', async (t) => {
    const stage = await setStage(t, create)
    const sid = await heldByNobody(stage)
    const { status, body } = await stage.start(sms)
    assert.equal(status, 201)
    assert.deepEqual({ sid: body.conversationSid, reused: body.reused }, { sid, reused: true })
    assert.deepEqual(await stage.conversations(), [{ sid, in: ['+15550102222', 'ann'] }])
    const shown = await stage.app.json<ConversationDetails>(`/api/conversations/${sid}`, { as: 'ann' })
    assert.equal(shown.body.conversation.contactAddress, '+15550102222')
  })

  test('a conversation that is joined says who its customer is from then on, and keeps what it said', async (t) => {
    const stage = await setStage(t, create)
    const sid = await heldByNobody(stage, '{"display_name":"Somebody","vip":true}')
    await stage.start(sms)
    const [customer] = (await stage.app.ctx.engine.listParticipants(sid)) ?? []
    assert.deepEqual(JSON.parse(customer?.attributes ?? ''), { display_name: 'Somebody', vip: true, customer_id: '1' })
    await verifyConversation(stage.app.ctx, sid)
    const shown = await stage.app.json<ConversationDetails>(`/api/conversations/${sid}`, { as: 'ann' })
    assert.equal(shown.body.conversation.customerId, '1')
  })

  test('a conversation whose customer cannot be named is joined all the same', async (t) => {
    const refuses = (request: Request) => request.method === 'POST' && /\/Participants\/MB/.test(request.url)
    const seams: TestSeams = {
      engine: async (request, next) => (refuses(request) ? new Response('', { status: 500 }) : next(request)),
    }
    const stage = await setStage(t, create, {}, seams)
    const sid = await heldByNobody(stage)
    const { status, body } = await stage.start(sms)
    assert.deepEqual([status, body.conversationSid], [201, sid])
  })

  test('a colleague who has been deactivated holds nothing', async (t) => {
    const stage = await setStage(t, create)
    const { id } = await stage.app.worker('bob')
    await stage.start(sms, { as: 'bob' })
    await stage.app.administrator()
    const path = `/api/console/workers/${id}`
    await stage.app.json(path, { as: 'admin', method: 'PATCH', body: { active: false } })
    const { body } = await stage.start(sms)
    assert.equal(body.reused, true)
  })

  test('of several starts at once one makes the conversation and the others reuse it', async (t) => {
    const stage = await setStage(t, create)
    for (const request of [sms, chat]) {
      const answers = await Promise.all([1, 2, 3].map(() => stage.start(request)))
      assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([201]))
      assert.equal(new Set(answers.map(({ body }) => body.conversationSid)).size, 1)
      assert.deepEqual(answers.map(({ body }) => body.reused).sort(), [false, true, true])
    }
    assert.equal((await stage.conversations()).length, 2)
  })

  test('of two workers at once one has the conversation and the other is told who', async (t) => {
    const stage = await setStage(t, create)
    await stage.app.worker('bob', { displayName: 'Bob Ray' })
    const answers = await Promise.all([stage.start(sms), stage.start(sms, { as: 'bob' })])
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 409])
    const refused = answers.find(({ status }) => status === 409)?.body
    assert.ok(refused?.holder && ['ann', 'bob'].includes(refused.holder.identity))
    const [conversation, ...more] = await stage.conversations()
    assert.deepEqual(more, [])
    assert.equal(conversation?.in.length, 2)
  })

  test('a start waits for another one of the same pair, and takes its place when it fails', async (t) => {
    const waiting = Promise.withResolvers<void>()
    const failing = Promise.withResolvers<void>()
    let refuses = true
    const stage = await setStage(
      t,
      create,
      {},
      {
        async engine(request, next) {
          const adding = request.method === 'POST' && request.url.endsWith('/Participants')
          const isWorker = adding && (await request.clone().text()).includes('Identity=')
          if (isWorker && refuses) {
            refuses = false
            waiting.resolve()
            await failing.promise
            return Response.json({ code: 50214, message: 'too many', status: 409 }, { status: 409 })
          }
          const response = await next(request)
          // The second has been told of the clash, and now the first fails.
          if (adding && response.status === 409) failing.resolve()
          return response
        },
      },
    )
    const first = stage.start(sms)
    await waiting.promise
    const second = await stage.start(sms)
    assert.equal((await first).body.code, 48023)
    assert.equal(second.status, 201)
    assert.equal(second.body.reused, false)
    assert.deepEqual(await stage.conversations(), [{ sid: second.body.conversationSid, in: ['+15550102222', 'ann'] }])
  })

  test('over chat a worker has one open conversation with an identity, and each worker their own', async (t) => {
    const stage = await setStage(t, create)
    await stage.app.worker('bob')
    const first = await stage.start(chat)
    const second = await stage.start(chat)
    assert.deepEqual(second.body, { ...first.body, attemptId: second.body.attemptId, reused: true })
    const other = await stage.start(chat, { as: 'bob' })
    assert.equal(other.body.reused, false)
    assert.equal((await stage.conversations()).length, 2)
  })

  test('a chat conversation that was deleted elsewhere is not in the way', async (t) => {
    const stage = await setStage(t, create)
    const first = await stage.start(chat)
    await stage.app.ctx.engine.deleteConversation(first.body.conversationSid)
    const second = await stage.start(chat)
    assert.equal(second.body.reused, false)
  })

  test('a chat that failed leaves no hold behind', async (t) => {
    const stage = await setStage(t, create)
    stage.answerProxy((response) => response.writeHead(500).end())
    assert.equal((await stage.start(chat)).body.code, 48004)
    stage.answerProxy((response) => json(response, {}))
    assert.equal((await stage.start(chat)).body.reused, false)
  })
})

/** A conversation as an incoming message makes it where nobody is on duty. */
async function heldByNobody({ app }: Stage, attributes = '{}'): Promise<string> {
  const { engine } = app.ctx
  const { sid } = await engine.createConversation({
    uniqueName: 'incoming',
    friendlyName: 'Somebody',
    attributes: '{}',
  })
  await engine.addContact(sid, { address: sms.channel.value, proxyAddress: proxyNumber, attributes })
  return sid
}
