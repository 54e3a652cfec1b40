/** Damages what is written down, and sees it named and mended. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { openInbox } from '../inbox/testing.ts'
import { verifyConversation } from '../inbox/verify.ts'
import { findAttempt } from '../outgoing/attempts.ts'
import { chat, setStage, sms } from '../outgoing/testing.ts'
import type { TestApp } from '../testing.ts'
import type { Finding, Progress } from './finding.ts'

const clean: string[] = []
const named = (findings: readonly Finding[]) => findings.map(({ kind, id }) => `${kind} ${id}`).sort()

/** Sees exactly these named, mends them, and sees nothing left. */
async function seesAndMends({ app }: TestApp, expected: string[]): Promise<readonly Finding[]> {
  const found = await app.check()
  const { findings } = found
  assert.deepEqual(named(findings), expected.sort())
  assert.ok(findings.every(({ remedy }) => remedy))
  await app.mend(found)
  assert.deepEqual(named((await app.check()).findings), clean)
  return findings
}

onEachDatabase((create) => {
  test('what is as it should be is counted, and nothing else is said', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(sms)
    await stage.start(chat)
    await stage.app.json(`/api/conversations/${body.conversationSid}/messages`, {
      as: 'ann',
      body: { body: 'Good morning' },
      headers: { 'idempotency-key': 'm' },
    })
    assert.deepEqual(await stage.app.app.check(), {
      attempts: 2,
      underWay: 0,
      conversations: 2,
      messages: 1,
      findings: [],
    })
  })

  test('an attempt that was cut off and is in nobody’s hands is named and taken back', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(sms)
    const { db } = stage.app.database
    const attempt = await findAttempt(db, body.attemptId)
    const cutOff: Record<string, object> = { addCustomer: { outcome: 'running' }, addWorker: { outcome: 'pending' } }
    const steps = attempt?.run.steps.map((step) => ({ ...step, ...cutOff[step.name] }))
    await stage.app.stop()
    await db
      .updateTable('outgoing_attempts')
      .set({ state: 'running', answer: null, lease_until: 0, steps: JSON.stringify(steps) })
      .execute()
    await db.deleteFrom('conversation').execute()
    const [finding] = (await stage.app.app.check()).findings
    assert.equal(finding?.kind, 'attempt')
    assert.match(finding?.detail ?? '', /ann, begun at .*was cut off/)
    await seesAndMends(stage.app, [`attempt ${body.attemptId}`])
    const ended = await findAttempt(db, body.attemptId)
    assert.equal(ended?.run.state, 'failed')
    assert.deepEqual(await stage.conversations(), [])
  })

  test('an attempt whose undoing nobody will go on with is named, and undone', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(sms)
    const { db } = stage.app.database
    const attempt = await findAttempt(db, body.attemptId)
    const steps = attempt?.run.steps.map((step) => ({ ...step, outcome: 'undoing' }))
    await stage.app.stop()
    await db
      .updateTable('outgoing_attempts')
      .set({ state: 'undoing', lease_until: null, steps: JSON.stringify(steps) })
      .execute()
    await seesAndMends(stage.app, [`attempt ${body.attemptId}`])
    assert.equal((await findAttempt(db, body.attemptId))?.run.state, 'failed')
    assert.deepEqual(await stage.conversations(), [])
  })

  test('an attempt that says it has ended and has no answer is named, and left to a person', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(sms)
    await stage.app.database.db.updateTable('outgoing_attempts').set({ answer: null }).execute()
    const { findings } = await stage.app.app.check()
    assert.deepEqual(named(findings), [`attempt ${body.attemptId}`])
    assert.equal(findings[0]?.remedy, undefined)
  })

  test('what a start left behind in the engine is named and deleted, and its chat customer let go', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(chat)
    await stage.app.stop()
    await stage.app.database.db.updateTable('outgoing_attempts').set({ state: 'failed' }).execute()
    await seesAndMends(stage.app, [`orphan ${body.conversationSid}`, `hold ${body.attemptId}`])
    assert.deepEqual(await stage.conversations(), [])
    assert.equal((await stage.start(chat, { key: 'again' })).body.reused, false)
  })

  test('what a forgotten start left half done is deleted, and what it finished is kept', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(sms)
    const half = await stage.app.engine<{ sid: string }>('/v1/Conversations', {
      form: { UniqueName: 'firstline-of-long-ago', FriendlyName: 'Nobody' },
    })
    await stage.app.stop()
    await stage.app.database.db.deleteFrom('outgoing_attempts').execute()
    await stage.app.database.db.deleteFrom('conversation').where('sid', '=', half.body.sid).execute()
    await seesAndMends(stage.app, [`orphan ${half.body.sid}`])
    assert.deepEqual(
      (await stage.conversations()).map(({ sid }) => sid),
      [body.conversationSid],
    )
  })

  test('an orphan with messages is named, and not thrown away', async (t) => {
    const stage = await setStage(t, create)
    const { body } = await stage.start(sms)
    await stage.app.engine(`/v1/Conversations/${body.conversationSid}/Messages`, {
      form: { Body: 'Hello', Author: 'ann' },
    })
    await stage.app.stop()
    await stage.app.database.db.updateTable('outgoing_attempts').set({ state: 'failed' }).execute()
    const found = await stage.app.app.check()
    assert.deepEqual(named(found.findings), [`orphan ${body.conversationSid}`])
    await stage.app.app.mend(found)
    assert.equal((await stage.conversations()).length, 1)
    assert.deepEqual(named((await stage.app.app.check()).findings), [`orphan ${body.conversationSid}`])
  })

  test('conversations that only one side has are named, and read or taken out', async (t) => {
    const inbox = await openInbox(t, create)
    const kept = await inbox.converse(['ada'])
    const lost = await inbox.converse(['ada'], { identity: 'carol' })
    await inbox.stop()
    await inbox.engine(`/v1/Conversations/${kept}`, { method: 'DELETE' })
    await inbox.database.db.deleteFrom('conversation').where('sid', '=', lost).execute()
    await seesAndMends(inbox, [`gone ${kept}`, `unknown ${lost}`])
    assert.equal((await inbox.details('ada', lost)).conversation.sid, lost)
    assert.equal((await inbox.request(`/api/conversations/${kept}`, { as: 'ada' })).status, 404)
  })

  test('a conversation with another name, state and worker than in the engine is named, and read again', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    await inbox.stop()
    const { db } = inbox.database
    await db.updateTable('conversation').set({ display_name: 'Somebody else', state: 'closed' }).execute()
    await db.updateTable('conversation_member').set({ identity: 'eve' }).execute()
    const [finding] = await seesAndMends(inbox, [`different ${sid}`])
    assert.equal(finding?.detail, 'display name, state, workers not as in the engine')
    const { conversation } = await inbox.details('ada', sid)
    assert.equal(conversation.state, 'active')
    assert.equal((await inbox.request(`/api/conversations/${sid}`, { as: 'eve' })).status, 404)
  })

  test('messages that are missing, changed, made up or further delivered are named, and read again', async (t) => {
    const inbox = await openInbox(t, create)
    const sid = await inbox.converse(['ada'])
    for (const body of ['one', 'two', 'three', 'four']) await inbox.send('ada', sid, { body })
    await inbox.until(async () => (await inbox.history('ada', sid)).every(({ status }) => status === 'delivered'))
    await inbox.stop()
    const { db } = inbox.database
    const [one, two, three, four] = await db.selectFrom('message').selectAll().orderBy('position').execute()
    assert.ok(one && two && three && four)
    await db.deleteFrom('message').where('sid', '=', one.sid).execute()
    await db.updateTable('message').set({ body: 'two, changed' }).where('sid', '=', two.sid).execute()
    await db.updateTable('message').set({ status: 'sent' }).where('sid', '=', three.sid).execute()
    await db.updateTable('message').set({ removed: 1, body: '' }).where('sid', '=', four.sid).execute()
    const madeUp = { ...one, sid: `IM${'0'.repeat(32)}`, position: 2 }
    await db.insertInto('message').values(madeUp).execute()
    const [finding] = await seesAndMends(inbox, [`different ${sid}`])
    assert.equal(
      finding?.detail,
      '2 messages missing; 1 message not as in the engine; 1 message no longer in the engine; ' +
        '1 message further delivered than is known',
    )
    assert.deepEqual(
      (await inbox.history('ada', sid)).map(({ body, status }) => `${body} ${status}`),
      ['one delivered', 'two delivered', 'three delivered', 'four delivered'],
    )
  })

  test('says how far it is, asks for nothing twice, and looks again only at what it found', async (t) => {
    const asked: string[] = []
    const inbox = await openInbox(t, create, {
      engine(request, next) {
        asked.push(`${request.method} ${new URL(request.url).pathname.split('/').slice(5).join('/')}`)
        return next(request)
      },
    })
    const sid = await inbox.converse(['ada'])
    const sids = [sid, await inbox.converse(['ada'], { identity: 'carol' })]
    await inbox.stop()
    await inbox.database.db.updateTable('conversation').set({ display_name: 'x' }).where('sid', '=', sid).execute()
    asked.length = 0
    const told: Progress[] = []
    const { conversations, findings } = await inbox.app.check((progress) => told.push(progress))
    assert.deepEqual([conversations, named(findings)], [2, [`different ${sid}`]])
    assert.deepEqual(told, [
      { doing: 'listing', done: 0, all: 0 },
      { doing: 'comparing', done: 1, all: 2 },
      { doing: 'comparing', done: 2, all: 2 },
      { doing: 'looking again', done: 1, all: 1 },
    ])
    const ofEach = sids.flatMap((each) => [`Conversations/${each}/Participants`, `Conversations/${each}/Messages`])
    const again = ['', '/Participants', '/Messages'].map((below) => `Conversations/${sid}${below}`)
    const expected = ['Conversations', ...ofEach, ...again].map((path) => `GET ${path}`)
    assert.deepEqual(asked.sort(), expected.sort())
  })

  test('waits for an engine that wants to be asked less', async (t) => {
    let refusals = 0
    const inbox = await openInbox(t, create, {
      async engine(request, next) {
        if (!request.url.includes('/Participants') || request.method !== 'GET' || refusals++ > 0) return next(request)
        return Response.json({ code: 20429, status: 429 }, { status: 429, headers: { 'retry-after': '0' } })
      },
    })
    await inbox.converse(['ada'])
    await inbox.stop()
    refusals = 0
    assert.deepEqual((await inbox.app.check()).findings, [])
    assert.equal(refusals, 2)
  })

  test('what is written beside a check is not taken for damage', async (t) => {
    let pause: (() => Promise<void>) | undefined
    const inbox = await openInbox(t, create, {
      async engine(request, next) {
        const response = await next(request)
        if (request.url.includes('/Messages') && request.method === 'GET') await pause?.()
        return response
      },
    })
    const sid = await inbox.converse(['ada'])
    // After the engine has been asked for its messages, and before the app's are read, one more comes.
    let times = 0
    pause = async () => {
      if (++times > 1) return
      await inbox.send('ada', sid, { body: 'in between' })
    }
    assert.deepEqual((await inbox.app.check()).findings, [])
    assert.ok(times > 1)
    await verifyConversation(inbox.ctx, sid)
  })
})
