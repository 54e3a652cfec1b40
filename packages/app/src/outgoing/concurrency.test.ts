/** Starts in each other's way, and in the way of closings, of the sweeper and of other nodes. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { createContext, mountApp } from '../app.ts'
import { proxyNumber, type Stage, setStage, sms } from './testing.ts'

const rounds = 8
const isWrite = (request: Request) => request.method !== 'GET'
const addsParticipant = (request: Request) => request.method === 'POST' && request.url.endsWith('/Participants')

onEachDatabase((create) => {
  test('a double tap that comes to two nodes is one start with one answer', async (t) => {
    const stage = await setStage(t, create)
    const { app } = stage
    if (app.database.kind === 'sqlite') return t.skip('a SQLite file has one node')
    const other = mountApp(await createContext(app.ctx.options))
    t.after(() => other.drain())
    const tap = (node: { fetch(request: Request): Promise<Response> }, key: string) =>
      node.fetch(
        new Request(`${app.ctx.options.publicUrl}/api/outgoing-conversations`, {
          method: 'POST',
          headers: { cookie: app.cookie('ann'), 'content-type': 'application/json', 'idempotency-key': key },
          body: JSON.stringify(sms),
        }),
      )
    const taps = await Promise.all([tap(app.app, 'a'), tap(other, 'a'), tap(app.app, 'a'), tap(other, 'a')])
    assert.deepEqual(new Set(taps.map(({ status }) => status)), new Set([201]))
    assert.equal(new Set(await Promise.all(taps.map((answer) => answer.text()))).size, 1)
    assert.equal((await stage.conversations()).length, 1)
  })

  test('a start against a close of the same pair ends in an open conversation, or in the one just closed', async (t) => {
    const stage = await setStage(t, create)
    let { conversationSid } = (await stage.start(sms)).body
    for (let round = 0; round < rounds; round++) {
      const close = stage.app.json(`/api/conversations/${conversationSid}/close`, { as: 'ann', body: {} })
      const [started, closed] = await Promise.all([stage.start(sms), close])
      assert.equal(closed.status, 200)
      assert.equal(started.status, 201, started.body.detail)
      const isSame = started.body.conversationSid === conversationSid
      assert.equal(started.body.reused, isSame)
      const open = await stage.conversations()
      if (isSame) assert.deepEqual(open, [], 'it was the worker’s own until it was closed')
      else assert.deepEqual(open, [{ sid: started.body.conversationSid, in: ['+15550102222', 'ann'] }])
      conversationSid = isSame ? (await stage.start(sms)).body.conversationSid : started.body.conversationSid
    }
  })

  test('a conversation that is closed between the clash and the look at who holds it is not in the way', async (t) => {
    let held = ''
    const stage = await setStage(
      t,
      create,
      {},
      {
        async engine(request, next) {
          const response = await next(request)
          if (addsParticipant(request) && response.status === 409 && held) {
            const sid = held
            held = ''
            await stage.app.engine(`/v1/Conversations/${sid}`, { form: { State: 'closed' } })
          }
          return response
        },
      },
    )
    held = (await stage.start(sms)).body.conversationSid
    const { status, body } = await stage.start(sms)
    assert.equal(status, 201, body.detail)
    assert.equal(body.reused, false)
    assert.deepEqual(await stage.conversations(), [{ sid: body.conversationSid, in: ['+15550102222', 'ann'] }])
  })

  test('a start against messages of a customer whom nobody looks after joins their conversation', async (t) => {
    const stage = await setStage(t, create)
    const { engine } = stage.app.ctx
    const { sid } = await engine.createConversation({ uniqueName: 'in', friendlyName: 'Carol', attributes: '{}' })
    await engine.addContact(sid, { address: '+15550102222', proxyAddress: proxyNumber, attributes: '{}' })
    const write = (body: string) =>
      stage.app.engine('/simulator/messages', { json: { from: '+15550102222', to: proxyNumber, body } })
    const [first, started, second] = await Promise.all([write('Hello?'), stage.start(sms), write('Anybody?')])
    assert.deepEqual([first.status, second.status], [201, 201])
    assert.deepEqual([started.status, started.body.conversationSid, started.body.reused], [201, sid, true])
    assert.deepEqual(await stage.conversations(), [{ sid, in: ['+15550102222', 'ann'] }])
    const messages = (await engine.newestMessages(sid, 10)) ?? []
    assert.deepEqual(messages.map(({ body }) => body).sort(), ['Anybody?', 'Hello?'])
  })

  test('whoever stood still before asking once more does not ask, when the lease has run out meanwhile', async (t) => {
    let aheadMs = 0
    let asked = 0
    const stage: Stage = await setStage(
      t,
      create,
      { clock: () => Date.now() + aheadMs },
      {
        async engine(request, next) {
          const isCreation = request.method === 'POST' && request.url.endsWith('/Conversations')
          if (isCreation && ++asked === 1) throw new TypeError('the request was lost')
          // Looking whether it arrived takes longer than the lease, and another process takes over.
          if (request.url.includes('/Conversations/firstline-') && aheadMs === 0) {
            aheadMs = 31_000
            await stage.sweep()
          }
          return next(request)
        },
      },
    )
    stage.answerProxy(() => {})
    const { status, body } = await stage.start(sms)
    assert.deepEqual([status, body.code, body.retryable], [503, 48050, true])
    assert.equal(asked, 1)
    aheadMs += 120_000
    await stage.sweep()
    aheadMs += 120_000
    await stage.sweep()
    assert.deepEqual(await stage.conversations(), [])
  })

  test('whoever stood still for longer than the lease asks the engine for nothing more', async (t) => {
    let aheadMs = 0
    let writes: string[] = []
    const reached = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const clock = () => Date.now() + aheadMs
    const stage: Stage = await setStage(
      t,
      create,
      { clock },
      {
        async engine(request, next) {
          if (isWrite(request)) writes.push(`${request.method} ${new URL(request.url).pathname.split('/').at(-1)}`)
          return next(request)
        },
      },
    )
    stage.answerProxy((response) => {
      reached.resolve()
      void goOn.promise.then(() =>
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ proxy_address: proxyNumber })),
      )
    })
    const started = stage.start(sms, { key: 'a' })
    await reached.promise
    // After that nothing more is written before the callback answers.
    await stage.recorded('a', 'createConversation')
    // Another process finds the lease run out, and takes back what was made.
    aheadMs = 31_000
    await stage.sweep()
    writes = []
    goOn.resolve()
    const { status, body } = await started
    assert.deepEqual([status, body.code, body.retryable], [503, 48050, true])
    assert.deepEqual(
      writes.filter((write) => write.startsWith('POST')),
      [],
    )
    aheadMs += 120_000
    await stage.sweep()
    assert.deepEqual(await stage.conversations(), [])
    await stage.app.worker('ann')
    assert.equal((await stage.ownStart('a')).state, 'failed')
  })
})
