import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import type {
  ConversationDetails,
  ConversationPage,
  CustomerDetails,
  CustomerPage,
  Problem,
  StartResult,
} from './api.ts'
import { createTestApp, type TestApp, testPublicUrl } from './testing.ts'

type Access = 'anyone' | 'worker' | 'administrator' | 'signed'

/** Every route there is, and whom it is for. */
const routes: Record<string, Access> = {
  'GET /healthz': 'anyone',
  'GET /readyz': 'anyone',
  // Has a token of its own.
  'GET /metrics': 'signed',
  'POST /api/auth/sign-in/email': 'anyone',
  'POST /api/auth/sign-out': 'anyone',
  'GET /api/auth/get-session': 'anyone',
  'POST /api/invitations/look': 'anyone',
  'POST /api/invitations/accept': 'anyone',
  'POST /webhooks/conversations': 'signed',
  'GET /api/me': 'worker',
  'GET /api/events': 'worker',
  'GET /api/customers': 'worker',
  'GET /api/customers/:customerId': 'worker',
  'POST /api/outgoing-conversations': 'worker',
  'GET /api/outgoing-conversations': 'worker',
  'GET /api/conversations': 'worker',
  'GET /api/conversations/:sid': 'worker',
  'POST /api/conversations/:sid/close': 'worker',
  'POST /api/conversations/:sid/read': 'worker',
  'GET /api/conversations/:sid/messages': 'worker',
  'POST /api/conversations/:sid/messages': 'worker',
  'GET /api/conversations/:sid/templates': 'worker',
  'GET /api/console/settings': 'administrator',
  'PUT /api/console/settings': 'administrator',
  'POST /api/console/probe': 'administrator',
  'GET /api/console/attempts': 'administrator',
  'GET /api/console/attempts/:attemptId': 'administrator',
  'GET /api/console/callbacks': 'administrator',
  'GET /api/console/callbacks/health': 'administrator',
  'GET /api/console/callbacks/trouble': 'administrator',
  'GET /api/console/audit': 'administrator',
  'GET /api/console/workers': 'administrator',
  'POST /api/console/workers': 'administrator',
  'PATCH /api/console/workers/:id': 'administrator',
  'POST /api/console/workers/:id/invitation': 'administrator',
  'GET /api/handset/phones': 'administrator',
  'GET /api/handset/phones/:address': 'administrator',
  'POST /api/handset/messages': 'administrator',
}

type Route = { name: string; access: Access; method: string; path: string; isWrite: boolean }
const all: Route[] = Object.entries(routes).map(([name, access]) => {
  const [method = '', pattern = ''] = name.split(' ')
  return { name, access, method, path: pattern.replaceAll(/:\w+/g, 'x'), isWrite: method !== 'GET' }
})

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }): Promise<TestApp> {
    const databases = await create()
    const app = await createTestApp(databases)
    t.after(async () => {
      await app.stop()
      await databases.dispose()
    })
    await app.worker('ann')
    await app.administrator('ada')
    return app
  }

  /** Asks each route, and says which did not answer as it should. */
  async function expectFromAll(
    app: TestApp,
    chosen: (route: Route) => boolean,
    status: number,
    request: Parameters<TestApp['request']>[1] | ((route: Route) => Parameters<TestApp['request']>[1]),
  ): Promise<void> {
    const wrong: string[] = []
    for (const route of all.filter(chosen)) {
      const options = typeof request === 'function' ? request(route) : request
      const body = route.isWrite ? { body: {} } : {}
      const answer = await app.request(route.path, { method: route.method, ...body, ...options })
      if (answer.status !== status) wrong.push(`${route.name}: ${answer.status}`)
      else {
        assert.equal(answer.headers.get('content-type'), 'application/problem+json', route.name)
        const problem = (await answer.json()) as Problem
        assert.equal(problem.status, status)
        assert.ok(problem.title && problem.detail && problem.requestId, route.name)
      }
    }
    assert.deepEqual(wrong, [])
  }

  const needsSession = ({ access }: Route) => access === 'worker' || access === 'administrator'
  const isApi = ({ path }: Route) => path.startsWith('/api/')

  test('the table names every route there is, and no other', async (t) => {
    const app = await open(t)
    assert.deepEqual([...new Set(app.app.routes)].sort(), Object.keys(routes).sort())
  })

  test('without a session: 401', async (t) => {
    const app = await open(t)
    await expectFromAll(app, needsSession, 401, {})
    await expectFromAll(app, needsSession, 401, { headers: { cookie: 'firstline.session_token=made.up' } })
  })

  test('a worker where an administrator is needed: 403', async (t) => {
    const app = await open(t)
    await expectFromAll(app, ({ access }) => access === 'administrator', 403, { as: 'ann' })
  })

  test('a write from a page of another origin: 403, whoever is signed in', async (t) => {
    const app = await open(t)
    const isApiWrite = (route: Route) => isApi(route) && route.isWrite
    for (const headers of [
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { 'sec-fetch-site': 'cross-site' },
    ] as Record<string, string>[]) {
      await expectFromAll(app, isApiWrite, 403, { as: 'ada', headers })
    }
  })

  test('a body that is larger than anybody needs: 413', async (t) => {
    const app = await open(t)
    const body = { text: 'x'.repeat(300 * 1024) }
    await expectFromAll(app, ({ isWrite }) => isWrite, 413, { as: 'ada', body })
  })

  test('a body that is not JSON: 415', async (t) => {
    const app = await open(t)
    const headers = { 'content-type': 'text/plain' }
    await expectFromAll(app, (route) => isApi(route) && route.isWrite, 415, { as: 'ada', headers })
  })

  test('a body that is no JSON though it says so is never a failure of ours', async (t) => {
    const app = await open(t)
    const headers = { 'content-type': 'application/json', cookie: app.cookie('ada') }
    for (const { name, method, path, isWrite } of all) {
      if (!isWrite || name === 'POST /api/auth/sign-out') continue
      const answer = await app.app.fetch(new Request(`${testPublicUrl}${path}`, { method, headers, body: '{"a":' }))
      // 404 where no body is read; webhooks are forms.
      assert.ok([400, 404, 415].includes(answer.status), `${name}: ${answer.status}`)
    }
  })

  test('what is a colleague’s is not there for others, administrators included', async (t) => {
    const app = await open(t)
    await app.worker('bob')
    await app.integration.seedSamples([{ identity: 'ann' }, { identity: 'bob' }])
    const { customerId, value } = await findCustomerOnSms(app, 'ann')
    const key = 'the-key-of-ann'
    const channel = { type: 'sms', value } as const
    const start = (as: string, idempotencyKey: string) =>
      app.json<StartResult>('/api/outgoing-conversations', {
        as,
        body: { customerId, channel },
        headers: { 'idempotency-key': idempotencyKey },
      })
    const started = await start('ann', key)
    assert.equal(started.status, 201)
    const { conversationSid: sid } = started.body

    const reads = [
      `/api/customers/${customerId}`,
      `/api/outgoing-conversations?idempotencyKey=${key}`,
      `/api/conversations/${sid}`,
      `/api/conversations/${sid}/messages`,
      `/api/conversations/${sid}/templates`,
    ]
    for (const path of reads) {
      assert.equal((await app.request(path, { as: 'ann' })).status, 200, path)
      for (const as of ['bob', 'ada']) assert.equal((await app.request(path, { as })).status, 404, `${as}: ${path}`)
    }
    const writes: [string, unknown][] = [
      [`/api/conversations/${sid}/messages`, { body: 'Hello' }],
      [`/api/conversations/${sid}/read`, {}],
      [`/api/conversations/${sid}/close`, {}],
    ]
    for (const [path, body] of writes) {
      for (const as of ['bob', 'ada']) {
        const answer = await app.request(path, { as, body, headers: { 'idempotency-key': 'another-key' } })
        assert.equal(answer.status, 404, `${as}: ${path}`)
      }
    }
    for (const as of ['bob', 'ada']) {
      assert.equal((await start(as, key)).status, 403)
      const { body } = await app.json<ConversationPage>('/api/conversations', { as })
      assert.deepEqual(body.conversations, [])
      const list = await app.json<CustomerPage>('/api/customers', { as })
      assert.ok(!list.body.customers.some((customer) => customer.customerId === customerId))
    }
    const { body } = await app.json<ConversationDetails>(`/api/conversations/${sid}`, { as: 'ann' })
    assert.equal(body.conversation.state, 'active')
  })

  test('an address that there is not: 404', async (t) => {
    const app = await open(t)
    for (const path of [
      '/api/nothing',
      '/api/auth/sign-up/email',
      '/api/auth/update-user',
      '/api/auth/change-email',
      '/api/auth/delete-user',
      '/api/auth/list-sessions',
      '/api/auth/admin/list-users',
      '/api/auth/request-password-reset',
    ]) {
      const { status, body } = await app.json<Problem>(path, { as: 'ada', body: {} })
      assert.deepEqual([path, status, body.status], [path, 404, 404])
    }
  })

  test('the app’s own page, and a program without a browser, may write', async (t) => {
    const app = await open(t)
    for (const headers of [{}, { origin: 'http://firstline.test' }, { 'sec-fetch-site': 'same-origin' }]) {
      const answer = await app.request('/api/auth/sign-out', { as: 'ann', method: 'POST', headers })
      assert.equal(answer.status, 200)
      await app.worker('ann')
    }
  })

  test('what an answer to anybody carries: a request id, strict headers, nothing to be stored', async (t) => {
    const app = await open(t)
    const given = await app.request('/api/me', { headers: { 'x-request-id': 'from-the-proxy-1' } })
    assert.equal(given.headers.get('x-request-id'), 'from-the-proxy-1')
    const { headers } = await app.request('/api/me', { as: 'ann', headers: { 'x-request-id': 'no <good>' } })
    assert.match(headers.get('x-request-id') ?? '', /^[0-9a-f-]{36}$/)
    assert.equal(headers.get('cache-control'), 'no-store')
    assert.match(headers.get('content-security-policy') ?? '', /default-src 'self'.*frame-ancestors 'none'/)
    assert.equal(headers.get('x-content-type-options'), 'nosniff')
    assert.equal(headers.get('strict-transport-security'), null)
  })
})

/** A customer of this worker, and the number to which a text message can be sent. */
async function findCustomerOnSms(app: TestApp, as: string): Promise<{ customerId: string; value: string }> {
  const { body } = await app.json<CustomerPage>('/api/customers', { as })
  for (const { customerId } of body.customers) {
    const details = await app.json<CustomerDetails>(`/api/customers/${customerId}`, { as })
    const sms = details.body.customer.channels.find(({ type, startable }) => type === 'sms' && startable)
    if (sms) return { customerId, value: sms.value }
  }
  throw new Error(`${as} has no customer with a number`)
}
