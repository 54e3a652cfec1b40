import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { CallbackHealth, CallbackName, CallbackPage, CallbackTrouble, Problem, Settings } from '../api.ts'
import { json, type Reply, refusal, setStage, sms } from '../outgoing/testing.ts'
import type { TestSeams } from '../testing.ts'
import { record, recordsWritten } from './recording.ts'
import type { ExchangeRow } from './tables.ts'

const minute = 60_000
const hour = 60 * minute
/** The beginning of a day, so that slices begin with it. */
const midnight = Date.UTC(2026, 0, 5)

let ids = 0
function rowAt(at: number, more: Partial<ExchangeRow> = {}): ExchangeRow {
  return {
    id: `00000000-0000-4000-8000-${String(++ids).padStart(12, '0')}`,
    attempt_id: null,
    at,
    exchange: '{}',
    callback: 'crm',
    url: 'http://crm.example/',
    location: 'GetCustomersList',
    worker: 'ann',
    verdict: more.code ? 'failed' : 'ok',
    code: null,
    ms: 1,
    is_try: 0,
    ...more,
  }
}

onEachDatabase((create) => {
  const as = 'admin'
  const fails: Reply = (response) => response.writeHead(500).end('<h1>Sorry</h1>')

  async function open(t: Parameters<typeof setStage>[0], seams: TestSeams = {}) {
    const time = { now: midnight + 12 * hour }
    const stage = await setStage(t, create, { clock: () => time.now }, seams)
    await stage.app.administrator()
    const log = async (query = '') =>
      (await stage.app.json<CallbackPage>(`/api/console/callbacks?${query}`, { as })).body.exchanges
    const health = async (span: string, callback: CallbackName) => {
      const { body } = await stage.app.json<CallbackHealth>(`/api/console/callbacks/health?span=${span}`, { as })
      return body.callbacks.find((one) => one.callback === callback) as CallbackHealth['callbacks'][number]
    }
    const troubles = async () =>
      (await stage.app.json<CallbackTrouble>('/api/console/callbacks/trouble', { as })).body.troubles
    return { ...stage, time, log, health, troubles }
  }

  test('the log is filtered by location, verdict, worker and time', async (t) => {
    const { app, start, answerProxy, time, log } = await open(t)
    await app.worker('bob')
    await start(sms)
    time.now += minute
    answerProxy(fails)
    await start(sms, { as: 'bob' })
    time.now += minute
    answerProxy((response) => response.writeHead(200, { 'content-type': 'text/html' }).end('{"proxy_address":"+155"}'))
    await start(sms)

    const found = async (query: string) =>
      (await log(query)).map(({ location, worker, at }) => [
        location,
        worker,
        (Date.parse(at) - midnight) / minute - 720,
      ])
    const details = 'GetCustomerDetailsByCustomerId'
    assert.deepEqual(await found(`location=${details}`), [
      [details, 'ann', 2],
      [details, 'bob', 1],
      [details, 'ann', 0],
    ])
    assert.deepEqual(await found('verdict=failed'), [['GetProxyAddress', 'bob', 1]])
    assert.deepEqual(await found('verdict=warned'), [['GetProxyAddress', 'ann', 2]])
    assert.deepEqual(await found('verdict=ok&location=GetProxyAddress'), [['GetProxyAddress', 'ann', 0]])
    assert.equal((await found('worker=bob')).length, 2)
    assert.equal((await found('worker=&verdict=')).length, 6)
    const from = encodeURIComponent(new Date(time.now - minute).toISOString())
    const to = encodeURIComponent(new Date(time.now).toISOString())
    assert.deepEqual(await found(`from=${from}&to=${to}&location=GetProxyAddress`), [['GetProxyAddress', 'bob', 1]])
    for (const wrong of ['verdict=what', 'from=yesterday', 'cursor=what']) {
      const { status, body } = await app.json<Problem>(`/api/console/callbacks?${wrong}`, { as })
      assert.equal(status, 400, wrong)
      assert.match(body.detail, new RegExp(`^${wrong.split('=')[0]}`))
    }
  })

  test('filtered pages follow each other without a gap', async (t) => {
    const { app, time } = await open(t)
    for (let n = 0; n < 120; n++) {
      record(app.ctx, 'callback_exchange', rowAt(time.now - Math.floor(n / 7), { worker: n % 2 ? 'ann' : 'bob' }))
    }
    await recordsWritten(app.ctx)
    const rows = app.database.db.selectFrom('callback_exchange').selectAll()
    for (const row of await rows.execute()) {
      const exchange = JSON.stringify({ exchangeId: row.id, at: new Date(row.at).toISOString() })
      await app.database.db.updateTable('callback_exchange').set({ exchange }).where('id', '=', row.id).execute()
    }
    const page = async (cursor: string) =>
      (await app.json<CallbackPage>(`/api/console/callbacks?worker=ann&cursor=${cursor}`, { as })).body
    const first = await page('')
    const second = await page(first.nextCursor ?? '')
    assert.deepEqual([first.exchanges.length, second.exchanges.length, second.nextCursor], [50, 10, undefined])
    const seen = [...first.exchanges, ...second.exchanges].map(({ exchangeId }) => exchangeId)
    assert.equal(new Set(seen).size, 60)
  })

  test('an exchange says to which start it belongs, and what was seen in a sentence', async (t) => {
    const { start, answerProxy, log } = await open(t)
    answerProxy(fails)
    const { body } = await start(sms)
    const all = await log()
    assert.deepEqual(
      all.map(({ attemptId }) => attemptId),
      [body.attemptId, body.attemptId],
    )
    const proxy = all.find(({ location }) => location === 'GetProxyAddress')
    assert.ok(proxy && !proxy.verdict.ok)
    assert.match(proxy.verdict.detail, /^[A-Z].*500.*\.$/)
  })

  test('health: percentiles by the nearest rank, for the span and for each of its slices', async (t) => {
    const { app, time, health } = await open(t)
    const add = (at: number, more?: Partial<ExchangeRow>) => record(app.ctx, 'callback_exchange', rowAt(at, more))
    // 1 to 100 ms in this hour; three in the hour before, of which one failed.
    for (let ms = 1; ms <= 100; ms++) add(time.now, { ms })
    for (const ms of [10, 20, 6_000]) add(time.now - 1, { ms, code: ms === 6_000 ? 48005 : null })
    // Not of the day, not of this callback, a try, and one without a URL to call.
    add(time.now - 24 * hour, { ms: 9_999 })
    add(time.now, { callback: 'templates', ms: 7 })
    add(time.now, { ms: 9_999, is_try: 1 })
    add(time.now, { ms: 9_999, code: 48001 })
    // Given up.
    add(time.now, { ms: 9_999, code: 0 })

    const { slices, ...whole } = await health('day', 'crm')
    assert.deepEqual(whole, { callback: 'crm', total: 103, failed: 1, p50: 50, p95: 96 })
    assert.equal(slices.length, 25)
    assert.deepEqual(slices.slice(-3), [
      { from: new Date(time.now - 2 * hour).toISOString(), total: 0, failed: 0 },
      { from: new Date(time.now - hour).toISOString(), total: 3, failed: 1, p50: 20, p95: 6_000 },
      { from: new Date(time.now).toISOString(), total: 100, failed: 0, p50: 50, p95: 95 },
    ])
    assert.deepEqual(
      slices.map(({ from }) => Date.parse(from)),
      [time.now - 24 * hour + 1, ...Array.from({ length: 24 }, (_, n) => time.now - (23 - n) * hour)],
    )
    assert.equal((await health('day', 'templates')).p95, 7)
    assert.equal((await health('hour', 'crm')).total, 103)
    const week = await health('week', 'crm')
    assert.deepEqual([week.slices.length, week.total, week.p95], [29, 104, 97])
    const { slices: empty, ...nothing } = await health('week', 'outgoingConversation')
    assert.deepEqual(nothing, { callback: 'outgoingConversation', total: 0, failed: 0 })
    assert.ok(empty.every(({ total, p50 }) => total === 0 && p50 === undefined))
    assert.equal((await app.json('/api/console/callbacks/health?span=year', { as })).status, 400)
  })

  test('the last hour is sixty minutes long at every moment of it', async (t) => {
    const { app, time, health } = await open(t)
    for (const minutes of [0, 2, 4.99]) {
      time.now = midnight + minutes * minute
      for (const ago of [0, 59.9 * minute, hour - 1]) record(app.ctx, 'callback_exchange', rowAt(time.now - ago))
      for (const ago of [hour, 61 * minute])
        record(app.ctx, 'callback_exchange', rowAt(time.now - ago, { code: 48005 }))
      const { total, failed, slices } = await health('hour', 'crm')
      assert.deepEqual([total, failed], [3, 0], String(minutes))
      assert.equal(Date.parse(slices[0]?.from ?? ''), time.now - hour + 1)
      await app.database.db.deleteFrom('callback_exchange').execute()
      time.now += hour
    }
  })

  test('health follows what happens', async (t) => {
    const { start, time, health } = await open(t)
    assert.equal((await health('hour', 'outgoingConversation')).total, 0)
    await start(sms)
    time.now += minute
    assert.deepEqual((({ total, failed }) => ({ total, failed }))(await health('hour', 'outgoingConversation')), {
      total: 1,
      failed: 0,
    })
  })

  test('trouble is a callback whose last three calls failed, until one succeeds', async (t) => {
    const { start, answerProxy, proxy, time, troubles } = await open(t)
    answerProxy(fails)
    const since = new Date(time.now).toISOString()
    for (let n = 0; n < 2; n++) await start(sms)
    assert.deepEqual(await troubles(), [])
    time.now += hour
    await start(sms)
    const [trouble, ...others] = await troubles()
    assert.deepEqual(others, [])
    assert.ok(trouble)
    const { remedy, title, ...facts } = trouble
    assert.deepEqual(facts, { callback: 'outgoingConversation', url: proxy.url, failures: 3, since, code: 48004 })
    assert.ok(remedy && title)
    answerProxy((response) => json(response, { proxy_address: '+15550001111' }))
    await start(sms)
    assert.deepEqual(await troubles(), [])
  })

  test('a no that the contract provides for is refused, and no failure', async (t) => {
    const { app, start, answerProxy, customers, log, health, troubles } = await open(t)
    answerProxy((response) => json(response, {}, 403))
    for (let n = 0; n < 3; n++) assert.equal((await start(sms)).body.code, 48004)
    customers.clear()
    for (let n = 0; n < 3; n++) await app.json('/api/customers/1', { as: 'ann' })
    assert.deepEqual(await troubles(), [])
    const proxy = await health('hour', 'outgoingConversation')
    assert.deepEqual([proxy.total, proxy.failed], [3, 0])
    assert.deepEqual((await health('hour', 'crm')).failed, 0)
    const refused = await log('verdict=refused')
    assert.deepEqual(new Set(refused.map(({ outcome }) => outcome)), new Set(['refused']))
    assert.deepEqual([refused.length, (await log('verdict=failed')).length], [6, 0])
    const said = refused.find(({ location }) => location === 'GetProxyAddress')?.verdict
    assert.ok(said && !said.ok && said.code === 48004 && said.remedy.includes('firstline token'))
  })

  test('a callback that nobody waited for is in the log, and neither a failure nor a success', async (t) => {
    let asked = Promise.withResolvers<void>()
    const { app, start, answerProxy, time, log, health, troubles } = await open(t, {
      async engine(request, next) {
        if (request.method !== 'POST' || !request.url.endsWith('/Conversations')) return next(request)
        await asked.promise
        return refusal(50350, 409)
      },
    })
    answerProxy(() => asked.resolve())
    for (let n = 0; n < 3; n++) {
      time.now += 1
      asked = Promise.withResolvers()
      await start(sms)
    }
    const [newest, ...others] = await log('verdict=givenUp')
    assert.equal(others.length, 2)
    assert.equal(newest?.location, 'GetProxyAddress')
    assert.match((newest && !newest.verdict.ok && newest.verdict.detail) || '', /^Given up after \d+ ms\.$/)
    assert.equal((await health('hour', 'outgoingConversation')).total, 0)
    assert.deepEqual(await troubles(), [])
    assert.doesNotMatch((await app.ctx.metrics.write()).text, /GetProxyAddress/)
  })

  test('what a wrong token or a wrong URL is answered is a failure', async (t) => {
    const { app, start, answerCrm, answerProxy, time, troubles } = await open(t)
    answerCrm((response) => json(response, {}, 403))
    for (let n = 0; n < 3; n++) await app.json('/api/customers', { as: 'ann' })
    assert.deepEqual(
      (await troubles()).map(({ callback }) => callback),
      ['crm'],
    )
    answerCrm(undefined)
    time.now += 1
    answerProxy((response) => json(response, {}, 422))
    for (let n = 0; n < 3; n++) await start(sms)
    assert.deepEqual(
      (await troubles()).map(({ callback }) => callback),
      ['outgoingConversation'],
    )
  })

  test('a refusal ends trouble: the service works again', async (t) => {
    const { start, answerProxy, time, troubles } = await open(t)
    answerProxy(fails)
    for (let n = 0; n < 3; n++) await start(sms)
    assert.equal((await troubles()).length, 1)
    time.now += 1
    answerProxy((response) => json(response, {}, 403))
    await start(sms)
    assert.deepEqual(await troubles(), [])
  })

  test('trouble ends with a try that succeeds, with another URL, and after a day', async (t) => {
    const { app, start, answerProxy, proxy, crm, time, troubles } = await open(t)
    const fail = async () => {
      answerProxy(fails)
      for (let n = 0; n < 3; n++) await start(sms)
      assert.equal((await troubles()).length, 1)
    }
    const params = { CustomerId: '1', ChannelType: 'sms', ChannelValue: '+15550102222' }
    const probe = { callback: 'outgoingConversation', location: 'GetProxyAddress', params }
    const tryIt = () => app.json('/api/console/probe', { as, body: probe })
    const save = (outgoingConversationCallbackUrl: string) => {
      const body: Settings = { outgoingConversationCallbackUrl, crmCallbackUrl: crm.url, templatesCallbackUrl: '' }
      return app.json('/api/console/settings', { as, method: 'PUT', body })
    }
    await fail()
    time.now += 1
    await tryIt()
    assert.equal((await troubles())[0]?.failures, 3, 'a try that fails changes nothing')
    answerProxy((response) => json(response, { proxy_address: '+15550001111' }))
    time.now += 1
    await tryIt()
    assert.deepEqual(await troubles(), [])

    time.now += 1
    await fail()
    await save(`${proxy.url}?new`)
    assert.deepEqual(await troubles(), [])

    await fail()
    time.now += 24 * hour
    await app.administrator()
    assert.deepEqual(await troubles(), [])
  })

  test('a callback that has no URL is not called, so it is in no trouble', async (t) => {
    const { app, start, crm, health, troubles, log } = await open(t)
    const body: Settings = { outgoingConversationCallbackUrl: '', crmCallbackUrl: crm.url, templatesCallbackUrl: '' }
    await app.json('/api/console/settings', { as, method: 'PUT', body })
    for (let n = 0; n < 3; n++) await start(sms)
    assert.deepEqual(await troubles(), [])
    assert.equal((await health('day', 'outgoingConversation')).total, 0)
    const failed = (await log('verdict=failed')).map(({ verdict }) => !verdict.ok && verdict.code)
    assert.deepEqual(failed, [48001, 48001, 48001])
  })
})
