/** What workers get while the engine does not answer, and what comes of it when it does again. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { onEachDatabase } from '@firstline/database/testing'
import type { Message } from '../api.ts'
import { chat, type Stage, setStage, sms } from './testing.ts'

onEachDatabase((create) => {
  /** A stage whose engine the test takes away and gives back. */
  async function setOutage(t: Parameters<typeof setStage>[0]) {
    const engine = { isThere: true, asked: [] as string[], now: Date.now() }
    const stage = await setStage(
      t,
      create,
      { clock: () => engine.now },
      {
        engine: async (request, next) => {
          engine.asked.push(`${request.method} ${new URL(request.url).pathname}`)
          if (!engine.isThere) throw new TypeError('fetch failed')
          return next(request)
        },
      },
    )
    return { stage, engine }
  }

  /** Takes the engine away, and has it asked until it is given up on. */
  async function takeAway({ app }: Stage, engine: { isThere: boolean; asked: string[] }): Promise<void> {
    engine.isThere = false
    while (!app.ctx.engine.isDown()) await assert.rejects(app.ctx.engine.fetchConversation('any'))
    engine.asked.length = 0
  }

  /** As time goes by: it is probed by whoever asks next. */
  async function giveBack({ app }: Stage, engine: { isThere: boolean; now: number }): Promise<void> {
    engine.isThere = true
    while (app.ctx.engine.isDown()) {
      await app.ctx.engine.fetchConversation('any').catch(() => {})
      await delay(50)
    }
    engine.now += 60_000
  }

  test('a start is answered at once, asks for nothing, and leaves nothing to be undone', async (t) => {
    const { stage, engine } = await setOutage(t)
    await takeAway(stage, engine)
    const { status, body, headers } = await stage.start(sms, { key: 'a' })
    assert.equal(status, 503)
    assert.equal(body.code, 48050)
    assert.equal(body.retryable, true)
    assert.ok(Number(headers.get('retry-after')) > 0)
    assert.equal(body.retryAfterSeconds, Number(headers.get('retry-after')))
    assert.match(body.detail, /does not answer/)
    assert.deepEqual(
      engine.asked.filter((asked) => asked.includes('/Conversations')),
      [],
    )
    assert.equal((await stage.ownStart('a')).state, 'failed')
    await giveBack(stage, engine)
    assert.equal((await stage.start(sms, { key: 'b' })).status, 201)
    assert.deepEqual((await stage.start(sms, { key: 'a' })).body, body, 'the same key is the same failure')
  })

  for (const request of [sms, chat]) {
    test(`a start over ${request.channel.type} that had begun is undone when the engine is back`, async (t) => {
      const { stage, engine } = await setOutage(t)
      stage.answerProxy((response) => {
        takeAway(stage, engine).then(
          () => response.writeHead(200, { 'content-type': 'application/json' }).end('{"proxy_address":"+15550001111"}'),
          (error) => response.destroy(error),
        )
      })
      const { status, body } = await stage.start(request, { key: 'a' })
      assert.deepEqual([status, body.code, body.retryable], [503, 48050, true])
      assert.equal((await stage.ownStart('a')).state, 'undoing')
      await giveBack(stage, engine)
      await stage.sweep()
      assert.equal((await stage.ownStart('a')).state, 'failed')
      assert.deepEqual(await stage.conversations(), [])
    })
  }

  test('a message waits, which its worker is told, and is sent once when the engine is back', async (t) => {
    const { stage, engine } = await setOutage(t)
    const { body } = await stage.start(sms)
    const path = `/api/conversations/${body.conversationSid}/messages`
    await takeAway(stage, engine)
    const send = () =>
      stage.app.json<{ message: Message }>(path, {
        as: 'ann',
        body: { body: 'Hello' },
        headers: { 'idempotency-key': 'one' },
      })
    const told = await send()
    assert.deepEqual([told.status, told.body.message.status], [201, 'sending'])
    await giveBack(stage, engine)
    stage.app.database.wake('sending')
    assert.match((await send()).body.message.sid ?? '', /^IM/)
    const messages = await stage.app.ctx.engine.newestMessages(body.conversationSid, 10)
    assert.deepEqual(
      messages?.map((message) => message.body),
      ['Hello'],
    )
  })

  test('whatever else needs the engine says that it is down: 503 with Retry-After', async (t) => {
    const { stage, engine } = await setOutage(t)
    const { body } = await stage.start(sms)
    await takeAway(stage, engine)
    const closing = await stage.app.json(`/api/conversations/${body.conversationSid}/close`, { as: 'ann', body: {} })
    assert.equal(closing.status, 503)
    assert.ok(Number(closing.headers.get('retry-after')) > 0)
  })
})
