import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { AttemptCall, AttemptDetails, AttemptPage, Problem } from '../api.ts'
import { findAttempt } from '../outgoing/attempts.ts'
import { answersProxy, chat, proxyNumber, refusal, refusalBesideCallback, setStage, sms } from '../outgoing/testing.ts'
import type { TestSeams } from '../testing.ts'

const minute = 60_000

onEachDatabase((create) => {
  const as = 'admin'

  async function open(t: Parameters<typeof setStage>[0], seams: TestSeams = {}) {
    const time = { now: Date.now() }
    const stage = await setStage(t, create, { clock: () => time.now }, seams)
    await stage.app.administrator()
    const ask = (query: string) => stage.app.json<AttemptPage & Problem>(`/api/console/attempts?${query}`, { as })
    const find = async (filter: Record<string, string>) =>
      (await ask(new URLSearchParams(filter).toString())).body.attempts.map(({ attemptId }) => attemptId)
    const details = async (attemptId: string) =>
      (await stage.app.json<AttemptDetails>(`/api/console/attempts/${attemptId}`, { as })).body
    return { ...stage, time, ask, find, details }
  }

  test('attempts are filtered by worker, customer, state, code and time', async (t) => {
    const { app, customers, start, answerProxy, time, ask, find } = await open(t)
    await app.worker('bob', { displayName: 'Bob Ray' })
    customers.set('z_7', { name: 'Zoë  Lau%rent', channels: [{ type: 'sms', value: '+15550107777' }] })
    const first = (await start(sms)).body.attemptId
    time.now += minute
    const channel = { type: 'sms', value: '+15550107777' } as const
    const second = (await start({ customerId: 'z_7', channel }, { as: 'bob' })).body.attemptId
    time.now += minute
    answerProxy((response) => response.writeHead(500).end())
    const third = (await start(chat)).body.attemptId

    const cases: [filter: Record<string, string>, found: string[]][] = [
      [{}, [third, second, first]],
      [{ worker: '', customer: '', state: '', code: '', from: '', to: '', search: '' }, [third, second, first]],
      [{ worker: 'ann' }, [third, first]],
      [{ worker: 'Ann' }, []],
      [{ customer: 'jones CAROL' }, [third, first]],
      [{ customer: '1' }, [third, first]],
      [{ customer: 'zoe lau' }, [second]],
      [{ customer: 'lau%r' }, [second]],
      [{ customer: 'z_7' }, [second]],
      [{ customer: 'z%7' }, []],
      [{ customer: '_' }, []],
      [{ customer: '\\' }, []],
      [{ state: 'succeeded' }, [second, first]],
      [{ state: 'failed' }, [third]],
      [{ state: 'running' }, []],
      [{ code: '48004' }, [third]],
      [{ code: '48005' }, []],
      [{ from: iso(time.now - minute), to: iso(time.now) }, [second]],
      [{ from: iso(time.now) }, [third]],
      [{ to: iso(time.now - 2 * minute) }, []],
      [{ worker: 'ann', customer: 'carol', state: 'failed', code: '48004', from: iso(time.now) }, [third]],
      [{ worker: 'bob', state: 'failed' }, []],
    ]
    for (const [filter, found] of cases) assert.deepEqual(await find(filter), found, JSON.stringify(filter))
    for (const wrong of ['state=done', 'code=many', 'from=tuesday', 'to=2026-01-01', 'cursor=what']) {
      const { status, body } = await ask(wrong)
      assert.deepEqual([status, body.detail.startsWith(wrong.split('=')[0] ?? '')], [400, true], wrong)
    }
  })

  test('filtered pages follow each other without a gap', async (t) => {
    const { app, start, time, ask } = await open(t)
    await app.worker('bob')
    const wrong = { customerId: '1', channel: { type: 'sms', value: '+15550109999' } } as const
    for (let n = 0; n < 106; n++) {
      if (n % 5 === 0) time.now++
      await start(wrong, { as: n % 2 ? 'ann' : 'bob' })
    }
    const first = (await ask('worker=ann&code=48025')).body
    const second = (await ask(`worker=ann&code=48025&cursor=${first.nextCursor}`)).body
    assert.deepEqual([first.attempts.length, second.attempts.length, second.nextCursor], [50, 3, undefined])
    const seen = [...first.attempts, ...second.attempts]
    assert.equal(new Set(seen.map(({ attemptId }) => attemptId)).size, 53)
    assert.ok(seen.every(({ worker }) => worker === 'ann'))
  })

  test('an attempt is found by its id, its request, and whatever it dealt with in the engine', async (t) => {
    const { app, start, find, details } = await open(t)
    const first = (await start(sms)).body
    const second = (await start(sms)).body
    assert.equal(second.conversationSid, first.conversationSid)
    const search = async (text: string | null | undefined) => find({ search: text ?? 'nothing' })

    assert.deepEqual(await search(first.attemptId.toUpperCase()), [first.attemptId])
    assert.deepEqual(await search(` ${first.attemptId} `), [first.attemptId])
    assert.deepEqual(await search((await findAttempt(app.database.db, first.attemptId))?.requestId), [first.attemptId])
    // Its own, and the one that held the pair already.
    assert.deepEqual(new Set(await search(first.conversationSid)), new Set([first.attemptId, second.attemptId]))
    const [created] = (await details(second.attemptId)).calls
    const deleted = (await details(second.attemptId)).calls.find(({ method }) => method === 'DELETE')
    assert.deepEqual(await search(deleted?.path.split('/').at(-1)), [second.attemptId])
    assert.deepEqual(await search(created?.requestId), [second.attemptId])
    for (const { sid } of (await app.ctx.engine.listParticipants(first.conversationSid)) ?? []) {
      assert.ok((await search(sid)).includes(first.attemptId), sid)
    }
    assert.deepEqual(await search(first.attemptId.slice(1)), [])
    assert.deepEqual(await search(`CH${'0'.repeat(32)}`), [])
    assert.deepEqual(await find({ search: first.conversationSid, state: 'failed' }), [])
  })

  const brief = ({ step, method, path, status }: AttemptCall) =>
    `${step}: ${method} ${path.replace(/^.*\/Services\/IS\w+/, '').replaceAll(/(CH|MB)\w{32}/g, '$1')} ${status}`

  test('an attempt tells what it asked of the engine, step by step, with Twilio’s request ids', async (t) => {
    const { start, details } = await open(t)
    const { calls, attempt } = await details((await start(sms)).body.attemptId)
    assert.deepEqual(calls.map(brief), [
      'createConversation: POST /Conversations 201',
      'addCustomer: POST /Conversations/CH/Participants 201',
      'addWorker: POST /Conversations/CH/Participants 201',
    ])
    assert.ok(calls.every(({ requestId }) => /^RQ[0-9a-f]{32}$/.test(requestId ?? '')))
    assert.equal(new Set(calls.map(({ requestId }) => requestId)).size, 3)
    assert.ok(calls.every(({ ms, startedAt }) => ms > 0 && !Number.isNaN(Date.parse(startedAt))))
    assert.equal(attempt.state, 'succeeded')
  })

  test('a call that is refused tells the engine’s code, one without an answer has no status, and undoing is told too', async (t) => {
    let lost = false
    const { start, details } = await open(t, {
      async engine(request, next) {
        if (request.method !== 'POST' || !request.url.endsWith('/Participants')) return next(request)
        if (lost) return refusal(50407)
        lost = true
        throw new TypeError('the connection is gone')
      },
    })
    const { body } = await start(sms)
    assert.equal(body.code, 48025)
    const { calls, problem } = await details(body.attemptId)
    assert.equal(problem?.code, 48025)
    assert.deepEqual(calls.map(brief), [
      'createConversation: POST /Conversations 201',
      'addCustomer: POST /Conversations/CH/Participants undefined',
      'addCustomer: GET /Conversations/CH/Participants 200',
      'addCustomer: POST /Conversations/CH/Participants 400',
      'createConversation: DELETE /Conversations/CH 204',
    ])
    assert.deepEqual(
      calls.map(({ code }) => code),
      [undefined, undefined, undefined, 50407, undefined],
    )
  })

  test('of steps under way together it tells which one failed first, and that the other was given up', async (t) => {
    const { engine, callback } = refusalBesideCallback()
    const { start, answerProxy, details } = await open(t, { engine })
    answerProxy(callback)
    const { body } = await start(sms)
    const { attempt, problem, calls, exchanges } = await details(body.attemptId)
    const outcomes = Object.fromEntries(exchanges.map(({ location, outcome }) => [location, outcome]))
    assert.deepEqual(outcomes, { GetCustomerDetailsByCustomerId: 'ok', GetProxyAddress: 'givenUp' })
    assert.deepEqual([problem?.code, attempt.failedAt], [48050, 'createConversation'])
    const [, created, proxy] = attempt.steps
    assert.match(created?.detail ?? '', /error 50350/)
    assert.deepEqual([proxy?.outcome, proxy?.givenUp], ['failed', true])
    assert.equal(proxy?.detail, 'given up, since createConversation had failed')
    assert.equal(calls.find(({ step }) => step === attempt.failedAt)?.status, 409)
  })

  test('what the CRM said just before is shown with the start that went on with it', async (t) => {
    const { app, start, crm, time, details } = await open(t)
    await app.json('/api/customers/1', { as: 'ann' })
    time.now += minute / 2
    const { attemptId } = (await start(sms)).body
    assert.equal(crm.received.length, 1)
    const { exchanges } = await details(attemptId)
    assert.deepEqual(
      exchanges.map(({ location, attemptId: of }) => [location, of]),
      [
        ['GetCustomerDetailsByCustomerId', undefined],
        ['GetProxyAddress', attemptId],
      ],
    )
  })

  test('starts beside each other keep their calls apart, and what webhooks lead to belongs to none', async (t) => {
    const { customers, start, answerProxy, details } = await open(t)
    answerProxy(answersProxy(proxyNumber))
    const numbers = Array.from({ length: 5 }, (_, n) => `+1555010300${n}`)
    for (const value of numbers) customers.set(value, { name: value, channels: [{ type: 'sms', value }] })
    const answers = await Promise.all(
      numbers.map((value) => start({ customerId: value, channel: { type: 'sms', value } })),
    )
    for (const { body } of answers) {
      const { calls } = await details(body.attemptId)
      assert.equal(calls.length, 3)
      const sids = calls.flatMap(({ path }) => path.match(/CH\w{32}/g) ?? [])
      assert.deepEqual(new Set(sids), new Set([body.conversationSid]))
    }
  })

  test('a start that took an open conversation has no step that looks as if it had failed', async (t) => {
    const { start, details } = await open(t)
    for (const request of [sms, chat]) {
      await start(request)
      const { attempt } = await details((await start(request)).body.attemptId)
      assert.deepEqual([attempt.state, attempt.reused], ['succeeded', true])
      const outcomes = Object.fromEntries(attempt.steps.map(({ name, outcome }) => [name, outcome]))
      const { createConversation, ...others } = outcomes
      assert.equal(createConversation, 'undone')
      assert.deepEqual(new Set(Object.values(others)), new Set(['done']))
    }
  })
})

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
