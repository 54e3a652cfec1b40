/** What a start comes to when answers are lost, the engine fails, or the process stops in the middle. */
import assert from 'node:assert/strict'
import type { ServerResponse } from 'node:http'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { AttemptDetails } from '../api.ts'
import { findAttempt, findAttemptByKey, LeaseLostError, saveAttempt, takeOver } from './attempts.ts'
import { awaitEnd } from './awaiting.ts'
import { releaseUnderWay } from './carrying.ts'
import { chat, json, proxyNumber, refusalBesideCallback, type Stage, setStage, sms } from './testing.ts'

type Next = (request: Request) => Promise<Response>
type Engine = (request: Request, next: Next) => Promise<Response>

const createsConversation = (request: Request) => request.method === 'POST' && request.url.endsWith('/Conversations')
const addsParticipant = (request: Request) => request.method === 'POST' && request.url.endsWith('/Participants')
const addsWorker = async (request: Request) =>
  addsParticipant(request) && (await request.clone().text()).includes('Identity=ann')
const deletes = (request: Request) => request.method === 'DELETE'

const lost = () => Promise.reject(new Error('socket hang up'))

/** Loses the first answer to what is asked for, after the engine has done it. */
function losesAnswer(isMeant: (request: Request) => boolean | Promise<boolean>): Engine {
  let first = true
  return async (request, next) => {
    const meant = first && (await isMeant(request))
    const response = await next(request)
    if (!meant) return response
    first = false
    return lost()
  }
}

const settledMs = 45_000

onEachDatabase((create) => {
  /** A stage whose engine and clock the test can change. */
  async function setRecovery(t: Parameters<typeof setStage>[0], engine?: Engine) {
    const control = { engine, now: Date.now(), clock: () => control.now }
    const stage = await setStage(
      t,
      create,
      { clock: control.clock },
      { engine: (request, next) => (control.engine ?? ((asked, pass) => pass(asked)))(request, next) },
    )
    return { stage, control }
  }

  const attemptOf = async ({ app }: Stage, key: string) => {
    const attempt = await findAttemptByKey(app.database.db, 'ann', key)
    assert.ok(attempt)
    return attempt
  }

  const takenOver = 'taken over: the process that carried it out has stopped'
  const notesOf = async (stage: Stage) => (await attemptOf(stage, 'a')).notes.map(({ text }) => text)

  for (const [what, isMeant] of [
    ['creating the conversation', createsConversation],
    ['adding the customer', addsParticipant],
    ['adding the worker', addsWorker],
  ] as const) {
    test(`when the answer to ${what} is lost, the start succeeds with one conversation`, async (t) => {
      const { stage } = await setRecovery(t, losesAnswer(isMeant))
      const { status, body } = await stage.start(sms)
      assert.equal(status, 201)
      assert.deepEqual(await stage.conversations(), [{ sid: body.conversationSid, in: ['+15550102222', 'ann'] }])
    })
  }

  test('what is there already is not taken for refused because it cannot be looked at for a while', async (t) => {
    let lostAnswers = 1
    let failingLooks = 3
    const { stage } = await setRecovery(t, async (request, next) => {
      const isLook = request.method === 'GET' && new URL(request.url).pathname.endsWith('/Participants')
      if (isLook && failingLooks-- > 0) return new Response('', { status: 500 })
      const isLost = (await addsWorker(request)) && lostAnswers-- > 0
      const response = await next(request)
      return isLost ? lost() : response
    })
    const { status, body } = await stage.start(sms)
    assert.equal(status, 201, body.detail)
    assert.deepEqual(await stage.conversations(), [{ sid: body.conversationSid, in: ['+15550102222', 'ann'] }])
  })

  test('a chat customer whose adding was not answered is there once', async (t) => {
    const { stage } = await setRecovery(t, losesAnswer(addsParticipant))
    const { body } = await stage.start(chat)
    assert.deepEqual(await stage.conversations(), [{ sid: body.conversationSid, in: ['ann', 'carol-on-the-web'] }])
  })

  const inASecond = () => '1'
  const atADate = () => new Date(Date.now() + 2_000).toUTCString()
  for (const [status, retryAfter] of [
    [429, inASecond],
    [503, inASecond],
    [503, atADate],
  ] as const) {
    test(`an engine that answers ${status} is asked nothing more before it says so: ${retryAfter.name}`, async (t) => {
      const asked: number[] = []
      const { stage } = await setRecovery(t, async (request, next) => {
        const isLook = request.method === 'GET' && /\/Conversations\/[^/]+$/.test(new URL(request.url).pathname)
        if (!isLook && !createsConversation(request)) return next(request)
        asked.push(performance.now())
        if (asked.length > 1) return next(request)
        const headers = { 'retry-after': retryAfter() }
        return Response.json({ code: 20000 + status, message: 'later' }, { status, headers })
      })
      assert.equal((await stage.start(sms)).status, 201)
      assert.ok((asked[1] ?? 0) - (asked[0] ?? 0) >= 1_000, String(asked))
    })
  }

  test('an engine that wants to be asked only after the worker’s patience fails the start at once, and says when', async (t) => {
    const { stage } = await setRecovery(t, async (request, next) =>
      createsConversation(request)
        ? Response.json({ message: 'down for repair' }, { status: 503, headers: { 'retry-after': '86400' } })
        : next(request),
    )
    const { status, body } = await stage.start(sms)
    assert.deepEqual([status, body.code, body.retryAfterSeconds], [503, 48050, 600])
  })

  test('what is created only after the engine was given up on is found and deleted', async (t) => {
    const late: (() => Promise<Response>)[] = []
    const { stage, control } = await setRecovery(t, async (request, next) => {
      if (!createsConversation(request)) return next(request)
      const kept = request.clone()
      late.push(() => next(kept))
      return lost()
    })
    const { status, body } = await stage.start(sms, { key: 'a' })
    assert.equal(status, 503)
    assert.equal(body.code, 48050)
    assert.equal(body.retryable, true)
    assert.equal((await stage.ownStart('a')).state, 'undoing')

    await late[0]?.()
    assert.equal((await stage.conversations()).length, 1)
    control.now += settledMs
    await stage.sweep()
    assert.deepEqual(await stage.conversations(), [])
    assert.equal((await stage.ownStart('a')).state, 'undoing')
    control.now += 60_000
    await stage.sweep()
    assert.equal((await stage.ownStart('a')).state, 'failed')
    await stage.app.administrator()
    const path = `/api/console/attempts/${body.attemptId}`
    const { notes } = (await stage.app.json<AttemptDetails>(path, { as: 'admin' })).body
    assert.ok(notes.some(({ text }) => text === 'createConversation undone'))
  })

  test('a failure is answered though it cannot be undone yet, and is undone later', async (t) => {
    const { stage, control } = await setRecovery(t, (request, next) => (deletes(request) ? lost() : next(request)))
    stage.answerProxy((response) => response.writeHead(500).end())
    const { body } = await stage.start(sms, { key: 'a' })
    assert.equal(body.code, 48004)
    assert.equal((await stage.ownStart('a')).state, 'undoing')
    assert.equal((await stage.conversations()).length, 1)
    control.engine = undefined
    control.now += 60_000
    await stage.sweep()
    assert.equal((await stage.ownStart('a')).state, 'failed')
    assert.deepEqual(await stage.conversations(), [])
    assert.equal((await attemptOf(stage, 'a')).run.lookAgainAt, undefined)
  })

  test('a failure is answered though its undoing hangs', async (t) => {
    const gate = Promise.withResolvers<void>()
    const { stage } = await setRecovery(t, async (request, next) => {
      if (deletes(request)) await gate.promise
      return next(request)
    })
    stage.answerProxy((response) => json(response, {}))
    const { body } = await stage.start(sms, { key: 'a' })
    assert.equal(body.code, 48026)
    assert.equal((await stage.ownStart('a')).state, 'undoing')
    gate.resolve()
    await awaitEnd(stage.app.ctx, body.attemptId, new AbortController().signal)
    assert.equal((await stage.ownStart('a')).state, 'failed')
  })

  test('a start that is cut off before its last step is taken back, and whoever waits is told', async (t) => {
    const { stage, control } = await setRecovery(t)
    const asked = Promise.withResolvers<ServerResponse>()
    stage.answerProxy((response) => asked.resolve(response))
    const started = stage.start(sms, { key: 'a' })
    const callback = await asked.promise
    const repeated = stage.start(sms, { key: 'a' })
    await stage.recorded('a', 'createConversation')
    await releaseUnderWay(stage.app.ctx, 0)
    await stage.sweep()
    const { status, body } = await repeated
    assert.equal(status, 503)
    assert.equal(body.code, 48050)
    assert.equal(body.retryable, true)
    // The one that was cut off goes on, and finds the attempt in other hands.
    json(callback, { proxy_address: proxyNumber })
    assert.deepEqual((await started).body, body)
    control.now += settledMs
    await stage.sweep()
    const { state, failedAt } = await stage.ownStart('a')
    assert.deepEqual([state, failedAt], ['failed', 'getProxyAddress'])
    assert.deepEqual(await stage.conversations(), [])
    const notes = await notesOf(stage)
    assert.deepEqual([notes[0], notes.at(-1)], [takenOver, 'taken back: nothing of it is left'])
  })

  test('its worker is told which step failed first, and which was given up for it', async (t) => {
    const { engine, callback } = refusalBesideCallback()
    const { stage } = await setRecovery(t, engine)
    stage.answerProxy(callback)
    const { body } = await stage.start(sms, { key: 'a' })
    await awaitEnd(stage.app.ctx, body.attemptId, new AbortController().signal)
    const { failedAt, steps, problem } = await stage.ownStart('a')
    assert.deepEqual([failedAt, problem?.code, problem?.cause], ['createConversation', 48050, undefined])
    assert.deepEqual(
      steps.filter(({ givenUp }) => givenUp).map(({ name, outcome }) => `${name} ${outcome}`),
      ['getProxyAddress failed'],
    )
    assert.doesNotMatch(JSON.stringify(steps), /50350/)
  })

  test('a start that is cut off in its last step is finished by whoever takes it over', async (t) => {
    const asked = Promise.withResolvers<void>()
    const gone = Promise.withResolvers<Response>()
    let first = true
    const { stage } = await setRecovery(t, async (request, next) => {
      if (!first || !(await addsWorker(request))) return next(request)
      first = false
      asked.resolve()
      return gone.promise
    })
    const started = stage.start(sms, { key: 'a' })
    await asked.promise
    await stage.recorded('a', 'addCustomer')
    await releaseUnderWay(stage.app.ctx, 0)
    await stage.sweep()
    const own = await stage.ownStart('a')
    assert.equal(own.state, 'succeeded')
    assert.deepEqual(await notesOf(stage), [takenOver, 'finished by whoever took it over'])
    gone.resolve(new Response(null, { status: 500 }))
    const { status, body } = await started
    assert.equal(status, 201)
    assert.deepEqual(body, own.result)
    assert.deepEqual(await stage.conversations(), [{ sid: body.conversationSid, in: ['+15550102222', 'ann'] }])
  })

  test('an attempt whose lease has run out is taken over once, and its former holder can write no more', async (t) => {
    const { stage, control } = await setRecovery(t)
    const asked = Promise.withResolvers<void>()
    stage.answerProxy(() => asked.resolve())
    void stage.start(sms, { key: 'a' })
    await asked.promise
    // Nothing more is written while the callback is silent.
    await stage.recorded('a', 'createConversation')
    const { db } = stage.app.database
    const former = await attemptOf(stage, 'a')
    assert.equal(await takeOver(db, former.id, control.now, control.now + 30_000), undefined)
    control.now += 31_000
    const both = await Promise.all([1, 2].map(() => takeOver(db, former.id, control.now, control.now + 30_000)))
    assert.equal(both.filter(Boolean).length, 1)
    await assert.rejects(saveAttempt(db, former, control.now), LeaseLostError)
    assert.equal((await findAttempt(db, former.id))?.fence, former.fence + 1)
  })

  test('the worker is told of the steps and of the end, the administrators too', async (t) => {
    const { stage } = await setRecovery(t)
    const { body } = await stage.start(sms)
    await awaitEnd(stage.app.ctx, body.attemptId, new AbortController().signal)
    const events = await stage.app.database.db.selectFrom('event').selectAll().orderBy('id').execute()
    for (const [audience, type] of [
      ['worker ann', 'start'],
      ['administrators', 'attempt'],
    ]) {
      const told = events.filter((event) => event.audience === audience && event.type === type)
      assert.equal(JSON.parse(told.at(-1)?.data ?? '{}').state, 'succeeded')
    }
    assert.ok(events.some(({ audience, type }) => audience === 'worker ann' && type === 'conversation'))
  })
})
