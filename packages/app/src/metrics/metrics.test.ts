import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type { AppOptions } from '../context.ts'
import { awaitEnd } from '../outgoing/awaiting.ts'
import { chat, json, refusal, refusalBesideCallback, setStage, sms, whatsapp } from '../outgoing/testing.ts'
import type { TestApp } from '../testing.ts'

const publicUrl = 'http://localhost:3000'
const fromHere: Partial<AppOptions> = { publicUrl, remoteAddress: () => '127.0.0.1' }

async function read(app: TestApp): Promise<string> {
  const response = await app.request('/metrics')
  const text = await response.text()
  assert.equal(response.status, 200, text)
  assert.match(response.headers.get('content-type') ?? '', /^text\/plain; version=0\.0\.4/)
  return text
}

/** The value of a series, by its name and labels as they are written. */
function series(text: string, name: string): number | undefined {
  const line = text.split('\n').find((each) => each.startsWith(`${name} `))
  return line === undefined ? undefined : Number(line.slice(name.length + 1))
}

onEachDatabase((create) => {
  test('counts starts by outcome and code, and times what they are made of', async (t) => {
    const { app, start, answerProxy } = await setStage(t, create, fromHere)
    assert.equal((await start(sms)).status, 201)
    assert.equal((await start(sms)).body.reused, true)
    answerProxy((response) => json(response, {}, 500))
    assert.equal((await start(whatsapp)).body.code, 48004)

    answerProxy((response) => json(response, {}, 403))
    await start(whatsapp)

    const text = await read(app)
    assert.equal(series(text, 'firstline_callback_seconds_count{location="GetProxyAddress",verdict="refused"}'), 1)
    assert.equal(series(text, 'firstline_starts_total{outcome="succeeded",code=""}'), 1)
    assert.equal(series(text, 'firstline_starts_total{outcome="reused",code=""}'), 1)
    assert.equal(series(text, 'firstline_starts_total{outcome="failed",code="48004"}'), 2)
    assert.equal(series(text, 'firstline_start_seconds_count{outcome="failed"}'), 2)
    assert.equal(series(text, 'firstline_step_seconds_count{step="getProxyAddress",outcome="done"}'), 2)
    assert.equal(series(text, 'firstline_step_seconds_count{step="getProxyAddress",outcome="failed"}'), 2)
    assert.equal(series(text, 'firstline_callback_seconds_count{location="GetProxyAddress",verdict="48004"}'), 1)
    assert.equal(series(text, 'firstline_callback_seconds_count{location="GetProxyAddress",verdict="ok"}'), 2)
    const created = 'method="POST",route="/v1/Services/{sid}/Conversations",status="201"'
    assert.equal(series(text, `firstline_engine_call_seconds_count{${created}}`), 4)
    const asked = 'method="POST",route="/api/outgoing-conversations"'
    assert.equal(series(text, `firstline_http_request_seconds_count{${asked},status="2xx"}`), 2)
    assert.equal(series(text, `firstline_http_request_seconds_count{${asked},status="5xx"}`), 2)
    assert.doesNotMatch(text, /Carol|carol|\+1555|ann/i)
    assert.doesNotMatch(text, /(CH|MB|IS)[0-9a-f]{32}/)
  })

  test('a step that was given up is not counted as one that failed', async (t) => {
    const { engine, callback } = refusalBesideCallback()
    const { app, start, answerProxy } = await setStage(t, create, fromHere, { engine })
    answerProxy(callback)
    const { body } = await start(sms)
    await awaitEnd(app.ctx, body.attemptId, new AbortController().signal)
    const text = await read(app)
    const count = (labels: string) => series(text, `firstline_step_seconds_count{${labels}}`)
    assert.equal(count('step="createConversation",outcome="failed"'), 1)
    assert.equal(count('step="getProxyAddress",outcome="given_up"'), 1)
    assert.equal(count('step="getProxyAddress",outcome="failed"'), undefined)
  })

  test('counts what waits, and says how long the oldest has', async (t) => {
    let now = Date.now()
    const asked = Promise.withResolvers<void>()
    const mayGoOn = Promise.withResolvers<void>()
    t.after(() => mayGoOn.resolve())
    const { app, start, answerProxy } = await setStage(
      t,
      create,
      { ...fromHere, clock: () => now, engineQueues: async () => ({ webhooks: { depth: 3, oldestAt: now - 1_000 } }) },
      {
        async engine(request, next) {
          if (request.method === 'DELETE') return refusal(0, 503)
          if (request.method === 'POST' && request.url.endsWith('/Messages')) {
            asked.resolve()
            await mayGoOn.promise
          }
          return next(request)
        },
      },
    )
    const { body } = await start(chat)
    const path = `/api/conversations/${body.conversationSid}/messages`
    const sent = app.json(path, { as: 'ann', body: { body: 'Hello' }, headers: { 'idempotency-key': 'one' } })
    await asked.promise
    answerProxy((response) => json(response, {}, 500))
    assert.equal((await start(sms)).body.code, 48004)
    const webhook = { id: 'late', conversation_sid: `CH${'0'.repeat(32)}`, type: 'onMessageAdded', params: '{}' }
    const times = { position: 1, received_at: now - 60_000, attempts: 1, due_at: now + 3_600_000 }
    await app.database.db
      .insertInto('stored_webhook')
      .values({ ...webhook, ...times })
      .execute()
    now += 60_000

    const text = await read(app)
    assert.equal(series(text, 'firstline_queue_depth{queue="messages_unsent"}'), 1)
    assert.equal(series(text, 'firstline_queue_oldest_seconds{queue="messages_unsent"}'), 60)
    assert.equal(series(text, 'firstline_queue_depth{queue="starts_undoing"}'), 1)
    assert.equal(series(text, 'firstline_queue_oldest_seconds{queue="starts_undoing"}'), 60)
    assert.equal(series(text, 'firstline_queue_depth{queue="starts_running"}'), 0)
    assert.ok((series(text, 'firstline_queue_oldest_seconds{queue="webhooks_unprocessed"}') ?? 0) >= 120)
    assert.equal(series(text, 'firstline_queue_depth{queue="engine_webhooks"}'), 3)
    mayGoOn.resolve()
    assert.equal((await sent).status, 201)
  })

  test('an attempt that is taken over is counted', async (t) => {
    const { app, start, sweep, ownStart } = await setStage(t, create, fromHere)
    await start(sms, { key: 'cut-off' })
    const { attemptId } = await ownStart('cut-off')
    // As a process leaves it that stops right after having written it down.
    const steps = JSON.stringify(
      ['checkCustomer', 'createConversation', 'getProxyAddress', 'addCustomer', 'addWorker'].map((name) => ({
        name,
        outcome: 'pending',
      })),
    )
    await app.database.db
      .updateTable('outgoing_attempts')
      .set({ state: 'running', answer: null, steps, lease_until: 0 })
      .where('id', '=', attemptId)
      .execute()
    await sweep()
    assert.equal(series(await read(app), 'firstline_attempts_taken_over_total'), 1)
  })

  test('a node whose database does not answer still says so', async (t) => {
    const { app } = await setStage(t, create, fromHere)
    assert.equal(series(await read(app), 'firstline_ready'), 1)
    await app.database.db.schema.alterTable('event_head').renameTo('event_head_elsewhere').execute()
    await app.database.db.schema.alterTable('stored_webhook').renameTo('stored_webhook_elsewhere').execute()
    const text = await read(app)
    assert.equal(series(text, 'firstline_ready'), 0)
    assert.equal(series(text, 'firstline_queue_depth{queue="starts_running"}'), undefined)
  })

  test('counts the streams that are open', async (t) => {
    const { app } = await setStage(t, create, fromHere)
    const stop = new AbortController()
    const stream = await app.request('/api/events', { as: 'ann', signal: stop.signal })
    assert.equal(series(await read(app), 'firstline_event_streams'), 1)
    await stream.body?.cancel()
    assert.equal(series(await read(app), 'firstline_event_streams'), 0)
  })

  test('a trace that a request came with goes on to callbacks and to the engine', async (t) => {
    const seen: (string | null)[] = []
    const { app, proxy } = await setStage(t, create, fromHere, {
      engine: async (request, next) => {
        if (request.method === 'POST') seen.push(request.headers.get('traceparent'))
        return next(request)
      },
    })
    const id = '4bf92f3577b34da6a3ce929d0e0e4736'
    const headers = { 'idempotency-key': 'traced', traceparent: `00-${id}-00f067aa0ba902b7-00` }
    assert.equal((await app.json('/api/outgoing-conversations', { as: 'ann', body: sms, headers })).status, 201)
    const ours = new RegExp(`^00-${id}-(?!00f067aa0ba902b7)[0-9a-f]{16}-00$`)
    assert.match(String(proxy.received[0]?.headers['traceparent']), ours)
    assert.equal(seen.length, 3)
    for (const traceparent of seen) assert.match(String(traceparent), ours)
  })

  test('each start without a trace begins one of its own', async (t) => {
    const { start, proxy } = await setStage(t, create, fromHere)
    await start(sms)
    await start(whatsapp)
    const [first, second] = proxy.received.map(({ headers }) => String(headers['traceparent']))
    assert.match(first ?? '', /^00-[0-9a-f]{32}-[0-9a-f]{16}-01$/)
    assert.notEqual(first?.split('-')[1], second?.split('-')[1])
  })

  const loopback = { remoteAddress: '127.0.0.1', publicUrl, url: '/metrics', headers: {} as Record<string, string> }
  for (const [what, status, { remoteAddress, publicUrl, url, headers }] of [
    ['on the machine itself', 200, loopback],
    ['over IPv6', 200, { ...loopback, remoteAddress: '::1', url: 'http://[::1]:3000/metrics' }],
    ['over IPv4 on an IPv6 socket', 200, { ...loopback, remoteAddress: '::ffff:127.0.0.1' }],
    ['from another machine', 403, { ...loopback, remoteAddress: '10.0.0.7' }],
    ['through a proxy that says so', 403, { ...loopback, headers: { 'x-forwarded-for': '203.0.113.9' } }],
    ['of a published app', 403, { ...loopback, publicUrl: 'https://firstline.example.com' }],
    ['by a page whose name was bent to this machine', 403, { ...loopback, url: 'http://evil.example:3000/metrics' }],
  ] as const) {
    test(`without a token, asked ${what}: ${status}`, async (t) => {
      const { app } = await setStage(t, create, { publicUrl, remoteAddress: () => remoteAddress })
      const asked = new URL(url, 'http://localhost:3000').href
      assert.equal((await app.request(asked, { headers })).status, status)
    })
  }

  for (const [what, status, authorization] of [
    ['the token', 200, 'Bearer a-token-for-prometheus'],
    ['no token', 401, ''],
    ['another token', 401, 'Bearer a-token-for-somebody'],
    ['another scheme', 401, `Basic ${btoa('x:a-token-for-prometheus')}`],
  ] as const) {
    test(`with a token configured, asked from anywhere with ${what}: ${status}`, async (t) => {
      const { app } = await setStage(t, create, { metricsToken: 'a-token-for-prometheus' })
      const response = await app.request('/metrics', { headers: authorization ? { authorization } : {} })
      assert.equal(response.status, status)
      assert.equal(response.headers.has('www-authenticate'), status === 401)
    })
  }
})
