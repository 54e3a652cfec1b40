import assert from 'node:assert/strict'
import { test } from 'node:test'
import { signRequest } from '@firstline/callbacks'
import { onEachDatabase } from '@firstline/database/testing'
import type { AttemptDetails, AttemptPage, CallbackExchange, ProbeResult, Problem, SettingsView } from '../api.ts'
import { chat, json, proxyNumber, type Stage, setStage, sms } from '../outgoing/testing.ts'
import { cleanUp } from '../retention.ts'
import { createTestApp, testAccount } from '../testing.ts'

const dayMs = 24 * 60 * 60_000

onEachDatabase((create) => {
  const asAdmin = { as: 'admin' }
  async function setConsole(t: Parameters<typeof setStage>[0], clock?: () => number): Promise<Stage> {
    const stage = await setStage(t, create, clock ? { clock } : {})
    await stage.app.administrator()
    return stage
  }

  test('the settings are built-in until they are set, and say where webhooks must go', async (t) => {
    const databases = await create()
    const app = await createTestApp(databases)
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    await app.administrator()
    const { body } = await app.json<SettingsView>('/api/console/settings', asAdmin)
    assert.deepEqual(body, {
      outgoingConversationCallbackUrl: 'built-in',
      crmCallbackUrl: 'built-in',
      templatesCallbackUrl: 'built-in',
      engine: 'embedded',
      webhookUrl: 'http://firstline.test/webhooks/conversations',
      builtInAvailable: true,
      retentionDays: 30,
    })
  })

  test('saved settings stay, to the letter', async (t) => {
    const { app } = await setConsole(t)
    const url = 'https://Example.com:443/Callback?tenant=1&x=a%20b'
    const settings = {
      outgoingConversationCallbackUrl: ` ${url}\n`,
      crmCallbackUrl: 'built-in',
      templatesCallbackUrl: '',
    }
    const saved = await app.json<SettingsView>('/api/console/settings', { ...asAdmin, method: 'PUT', body: settings })
    assert.equal(saved.status, 200)
    const { body } = await app.json<SettingsView>('/api/console/settings', asAdmin)
    assert.equal(body.outgoingConversationCallbackUrl, url)
    assert.equal(body.crmCallbackUrl, 'built-in')
    assert.equal(body.templatesCallbackUrl, '')
  })

  test('a wrong URL is 422, says which one, and changes nothing', async (t) => {
    const { app } = await setConsole(t)
    const { body: before } = await app.json<SettingsView>('/api/console/settings', asAdmin)
    for (const wrong of [
      'crm.example.com/callback',
      'ftp://example.com/',
      'javascript:alert(1)',
      'https://',
      'http:example.com',
      'https://example.com/#top',
      'https://exam ple.com/',
      `https://example.com/${'x'.repeat(2_048)}`,
    ]) {
      const body = { ...before, crmCallbackUrl: wrong }
      const answer = await app.json<Problem>('/api/console/settings', { ...asAdmin, method: 'PUT', body })
      assert.deepEqual([answer.status, answer.body.code], [422, 48002], wrong)
      assert.match(answer.body.detail, /CRM Callback URL/)
    }
    const { body: after } = await app.json<SettingsView>('/api/console/settings', asAdmin)
    assert.deepEqual(after, before)
  })

  test('a change names what it changes, and leaves the rest', async (t) => {
    const { app } = await setConsole(t)
    const { body: before } = await app.json<SettingsView>('/api/console/settings', asAdmin)
    const change = (body: unknown) =>
      app.json<SettingsView & Problem>('/api/console/settings', { ...asAdmin, method: 'PUT', body })
    const { status, body } = await change({ templatesCallbackUrl: 'https://example.com/templates' })
    assert.equal(status, 200)
    assert.deepEqual(body, { ...before, templatesCallbackUrl: 'https://example.com/templates' })
    assert.deepEqual((await change({})).body, body)
    assert.deepEqual((await change({ crmCallbackUrl: null })).body.code, 48000)
  })

  test('a password in a URL is sent as Basic auth, signed, and shown in the settings alone', async (t) => {
    const stage = await setConsole(t)
    const url = stage.proxy.url.replace('http://', 'http://ada:s3cret@')
    const body = { outgoingConversationCallbackUrl: url }
    const saved = await stage.app.json<SettingsView>('/api/console/settings', { ...asAdmin, method: 'PUT', body })
    assert.equal(saved.body.outgoingConversationCallbackUrl, url)
    stage.answerProxy((response) => response.writeHead(500).end())
    for (let n = 0; n < 3; n++) await stage.start(sms)
    const [first] = stage.proxy.received
    assert.equal(first?.headers.authorization, `Basic ${btoa('ada:s3cret')}`)
    assert.equal(first?.headers['x-twilio-signature'], signRequest(url, first?.params ?? [], testAccount.authToken))
    const seen = await Promise.all(
      ['attempts', 'callbacks', 'callbacks/trouble', 'callbacks/health?span=hour', 'audit'].map(async (path) =>
        (await stage.app.request(`/api/console/${path}`, asAdmin)).text(),
      ),
    )
    assert.ok(seen.every((text) => !text.includes('s3cret') && !text.includes(btoa('ada:s3cret'))))
    assert.match(seen[2] ?? '', /ada:\*\*\*@/)
    assert.match(seen[4] ?? '', /ada:\*\*\*@/)
  })

  test('a probe shows the request as sent, the answer as received, and what was understood', async (t) => {
    const stage = await setConsole(t)
    const params = { Worker: 'ann', CustomerId: '1', ChannelType: 'sms', ChannelValue: '+15550102222' }
    const { status, body } = await stage.app.json<ProbeResult>('/api/console/probe', {
      ...asAdmin,
      body: { callback: 'outgoingConversation', location: 'GetProxyAddress', params },
    })
    assert.equal(status, 200)
    assert.equal(body.request.url, stage.proxy.url)
    assert.deepEqual(Object.fromEntries(new URLSearchParams(body.request.body)), {
      Location: 'GetProxyAddress',
      ...params,
    })
    const signed = signRequest(
      stage.proxy.url,
      Object.entries({ Location: 'GetProxyAddress', ...params }),
      testAccount.authToken,
    )
    assert.equal(body.request.headers['x-twilio-signature'], signed)
    assert.equal(body.response?.body, JSON.stringify({ proxy_address: proxyNumber }))
    assert.deepEqual(body.verdict, { ok: true })
    assert.deepEqual(body.understood, { proxyAddress: proxyNumber })
    assert.match(body.curl, /^curl /)
    assert.ok(!JSON.stringify(body).includes(testAccount.authToken))
    assert.ok(body.timings.totalMs > 0)
  })

  test('a probe judges what the answer means, with cause and remedy', async (t) => {
    const stage = await setConsole(t)
    stage.answerProxy((response) => json(response, { proxy_address: '+15550102222' }))
    const params = { CustomerId: '1', ChannelType: 'sms', ChannelValue: '+15550102222' }
    const { body } = await stage.app.json<ProbeResult>('/api/console/probe', {
      ...asAdmin,
      body: { callback: 'outgoingConversation', location: 'GetProxyAddress', params },
    })
    assert.ok(!body.verdict.ok && body.verdict.code === 48027 && body.verdict.cause && body.verdict.remedy)
    assert.equal(body.worker, 'admin')
  })

  test('a probe may try another URL, and a Location that nobody knows', async (t) => {
    const stage = await setConsole(t)
    const probe = (body: unknown) => stage.app.json<ProbeResult>('/api/console/probe', { ...asAdmin, body })
    const other = await probe({ callback: 'crm', url: stage.proxy.url, location: 'Unheard', params: { a: 'b' } })
    assert.equal(other.body.location, 'Unheard')
    assert.equal(stage.proxy.received[0]?.params.get('a'), 'b')
    const details = { callback: 'crm', location: 'GetCustomerDetailsByCustomerId', params: { CustomerId: 'nobody' } }
    assert.deepEqual((await probe(details)).body.understood, { notFound: true })
    assert.equal((await probe({ ...details, url: 'ftp://example.com/' })).status, 422)
    assert.equal((await probe({ ...details, callback: 'what' })).status, 400)
  })

  test('a probe takes numbers and yes or no as their words, and needs no parameters', async (t) => {
    const stage = await setConsole(t)
    const probe = (body: unknown) => stage.app.json<ProbeResult>('/api/console/probe', { ...asAdmin, body })
    const params = { CustomerId: 1, isNew: true, Worker: 'ann' }
    assert.equal((await probe({ location: 'GetCustomerDetailsByCustomerId', params })).body.verdict.ok, true)
    const { Location: _, ...sent } = Object.fromEntries(stage.crm.received[0]?.params ?? [])
    assert.deepEqual(sent, { CustomerId: '1', isNew: 'true', Worker: 'ann' })
    assert.equal((await probe({ location: 'GetCustomersList' })).status, 200)
    assert.equal((await probe({ location: 'GetCustomersList', params: { a: {} } })).status, 400)
  })

  test('a built-in callback is called in process and shown with its public URL', async (t) => {
    const stage = await setConsole(t)
    const { body } = await stage.app.json<ProbeResult>('/api/console/probe', {
      ...asAdmin,
      body: { callback: 'crm', url: 'built-in', location: 'GetCustomersList', params: { PageSize: '30' } },
    })
    assert.deepEqual(body.verdict, { ok: true })
    assert.equal(body.request.url, 'http://firstline.test/integration/callbacks/crm')
  })

  test('attempts come newest first, page by page, with their steps', async (t) => {
    let now = Date.now()
    const stage = await setConsole(t, () => now)
    const ids: string[] = []
    for (let index = 0; index < 52; index++) {
      // Refused by the check, which is remembered: fast. Some begin in the same millisecond.
      if (index % 3 === 0) now++
      const { body } = await stage.start({ customerId: '1', channel: { type: 'sms', value: '+15550109999' } })
      ids.push(body.attemptId)
    }
    const first = await stage.app.json<AttemptPage>('/api/console/attempts', asAdmin)
    assert.equal(first.body.attempts.length, 50)
    const second = await stage.app.json<AttemptPage>(`/api/console/attempts?cursor=${first.body.nextCursor}`, asAdmin)
    assert.equal(second.body.nextCursor, undefined)
    const all = [...first.body.attempts, ...second.body.attempts]
    assert.deepEqual(new Set(all.map(({ attemptId }) => attemptId)), new Set(ids))
    assert.deepEqual(
      all.map(({ startedAt }) => startedAt),
      all
        .map(({ startedAt }) => startedAt)
        .sort()
        .reverse(),
    )
    assert.equal((await stage.app.json('/api/console/attempts?cursor=what', asAdmin)).status, 400)
  })

  test('an attempt tells its steps with their times, and its callbacks as they were on the wire', async (t) => {
    const stage = await setConsole(t)
    const { body: started } = await stage.start(chat)
    const path = `/api/console/attempts/${started.attemptId}`
    const { body } = await stage.app.json<AttemptDetails>(path, asAdmin)
    assert.deepEqual([body.attempt.worker, body.attempt.workerName], ['ann', 'Ann Lee'])
    assert.equal(body.attempt.state, 'succeeded')
    assert.equal(body.attempt.conversationSid, started.conversationSid)
    assert.equal(body.attempt.proxyAddress, null)
    assert.ok(body.attempt.steps.every(({ ms, offsetMs }) => ms !== undefined && offsetMs !== undefined))
    assert.deepEqual(
      body.exchanges.map(({ location, worker, verdict }) => [location, worker, verdict.ok]),
      [
        ['GetCustomerDetailsByCustomerId', 'ann', true],
        ['GetProxyAddress', 'ann', true],
      ],
    )
    assert.equal((await stage.app.json(`${path}0`, asAdmin)).status, 404)
  })

  test('the callback log shows every callback, newest first, for 30 days', async (t) => {
    let now = Date.now()
    const stage = await setConsole(t, () => now++)
    await stage.start(sms)
    const log = () => stage.app.json<{ exchanges: CallbackExchange[] }>('/api/console/callbacks', asAdmin)
    assert.deepEqual(
      (await log()).body.exchanges.map(({ location }) => location),
      ['GetProxyAddress', 'GetCustomerDetailsByCustomerId'],
    )
    now += 31 * dayMs
    await cleanUp(stage.app.ctx)
    await stage.app.administrator()
    assert.deepEqual((await log()).body.exchanges, [])
    assert.deepEqual((await stage.app.json<AttemptPage>('/api/console/attempts', asAdmin)).body.attempts, [])
  })
})
