/** For tests: the whole app on a throwaway database, with the real rooms beside it in the same process. */
import { createHmac } from 'node:crypto'
import { type Conversations, type ConversationsTables, createConversations } from '@firstline/conversations'
import type { Database } from '@firstline/database'
import type { TestDatabases } from '@firstline/database/testing'
import { createIntegration, type Integration, type IntegrationTables } from '@firstline/integration'
import { pino } from 'pino'
import type { Role, Worker } from './api.ts'
import { type App, createContext, mountApp } from './app.ts'
import type { AppOptions, Context } from './context.ts'
import { migrations } from './migrations.ts'
import { createAuth } from './people/auth.ts'
import * as people from './people/store.ts'
import type { AppTables } from './tables.ts'

export const testPublicUrl = 'http://firstline.test'
const secret = 'a secret for tests that is long enough'
export const testAccount = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-auth-token' }

export type TestRequest = {
  /** The identity of a worker that `worker` or `administrator` added; nobody when absent. */
  as?: string
  method?: string
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

/** Where a test reaches in between the rooms. */
export type TestSeams = {
  /** Stands between the app and the engine: `next` asks the engine. */
  engine?: (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>
  /** Stands between the engine's webhooks and the app: `next` hands one to the app. */
  webhook?: (request: Request, next: (request: Request) => Promise<Response>) => Promise<Response>
  /** The numbers that the account owns; any well-formed one when absent. */
  senders?: string[]
}

export type TestApp = {
  app: App
  ctx: Context
  database: Database<AppTables>
  /** The embedded engine: no write limit, and a carrier that delivers at once. */
  conversations: Conversations
  /** The built-in integration service, without any customers until `seedSamples`. */
  integration: Integration
  /** Asks the engine's REST API (`/v1/…`) with a form, or its simulator (`/simulator/…`) with JSON. */
  engine<T = Record<string, unknown>>(
    path: string,
    options?: { method?: string; form?: Record<string, string>; json?: unknown },
  ): Promise<{ status: number; body: T }>
  /** Adds a worker who is signed in (each time a fresh one), and returns it. */
  worker(identity: string, more?: { displayName?: string; role?: Role }): Promise<Worker>
  administrator(identity?: string): Promise<Worker>
  /** The cookie that a worker's browser would send. */
  cookie(identity: string): string
  /** Asks the app as somebody. */
  request(path: string, options?: TestRequest): Promise<Response>
  /** Asks and reads the JSON. */
  json<T = unknown>(path: string, options?: TestRequest): Promise<{ status: number; body: T; headers: Headers }>
  /** Ends the loops of all rooms. Disposing of the databases stays with the test. */
  stop(): Promise<void>
}

/**
 * @example
 * const databases = await create()
 * const test = await createTestApp(databases)
 * await test.worker('ann')
 * const { status, body } = await test.json<Me>('/api/me', { as: 'ann' })
 */
export async function createTestApp(
  databases: TestDatabases,
  overrides: Partial<AppOptions> = {},
  seams: TestSeams = {},
): Promise<TestApp> {
  await databases.beginWith(makeTables)
  const database = overrides.database ?? (await databases.open<AppTables>('app'))
  const clock = overrides.clock ?? Date.now
  const publicUrl = overrides.publicUrl ?? testPublicUrl
  // The engine's webhooks go to the app, which is made after it.
  let appFetch = async (_: Request) => new Response(null, { status: 503 })
  const conversations = createConversations({
    database: await databases.open<ConversationsTables>('conversations'),
    account: testAccount,
    publicUrl,
    basePath: '/twilio',
    webhook: {
      url: `${publicUrl}/webhooks/conversations`,
      send: (request) => (seams.webhook ? seams.webhook(request, appFetch) : appFetch(request)),
    },
    clock,
    senders: seams.senders,
    carrier: { deliverAfterMs: 0, readAfterMs: 0 },
    writesPerSecond: 0,
  })
  await conversations.prepare()
  const integration = createIntegration({
    database: await databases.open<IntegrationTables>('integration'),
    accountToken: testAccount.authToken,
    publicUrl,
    clock,
  })
  await integration.prepare()
  const { engine: between } = seams
  const engineFetch = between ? (request: Request) => between(request, conversations.fetch) : conversations.fetch
  const engine = { fetch: engineFetch, baseUrl: `${publicUrl}/twilio` }
  const options: AppOptions = {
    publicUrl,
    secret,
    account: testAccount,
    engine: { kind: 'embedded', ...engine, serviceSid: conversations.defaultServiceSid },
    simulator: engine,
    integration: { fetch: integration.fetch, baseUrl: `${publicUrl}/integration` },
    rateLimit: false,
    log: pino({ level: 'silent' }),
    ...overrides,
    database,
  }
  const ctx = await createContext(options)
  const app = mountApp(ctx)
  appFetch = app.fetch
  conversations.start()
  app.start()
  const cookies = new Map<string, string>()
  const auth = await createAuth(options).$context

  async function worker(identity: string, more: { displayName?: string; role?: Role } = {}): Promise<Worker> {
    const known = await people.findWorker(database.db, { identity })
    const row = {
      identity,
      email: identity.includes('@') ? identity : `${identity}@example.com`,
      displayName: more.displayName ?? identity,
      role: more.role ?? 'worker',
      state: 'active',
    } as const
    const person = known ?? (await people.insertWorker(database.db, row, ctx.clock()))
    // Straight to a session: hashing passwords would be most of what the tests do.
    const session = await auth.internalAdapter.createSession(person.id)
    const signature = createHmac('sha256', options.secret).update(session.token).digest('base64')
    const value = encodeURIComponent(`${session.token}.${signature}`)
    cookies.set(identity, `${auth.authCookies.sessionToken.name}=${value}`)
    return person
  }

  function cookie(identity: string): string {
    const found = cookies.get(identity)
    if (!found) throw new Error(`${identity} is not signed in: add them with worker() first`)
    return found
  }

  async function request(path: string, { as, method, body, headers, signal }: TestRequest = {}): Promise<Response> {
    const sent = new Headers(headers)
    if (as) sent.set('cookie', cookie(as))
    if (body !== undefined && !sent.has('content-type')) sent.set('content-type', 'application/json')
    return app.fetch(
      new Request(new URL(path, options.publicUrl), {
        method: method ?? (body === undefined ? 'GET' : 'POST'),
        headers: sent,
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        ...(signal ? { signal } : {}),
      }),
    )
  }

  return {
    app,
    ctx,
    database,
    conversations,
    integration,
    async engine<T>(path: string, init: { method?: string; form?: Record<string, string>; json?: unknown } = {}) {
      const { form, json } = init
      const body = form ? new URLSearchParams(form) : json === undefined ? undefined : JSON.stringify(json)
      const headers = new Headers({
        authorization: `Basic ${btoa(`${testAccount.accountSid}:${testAccount.authToken}`)}`,
        'x-twilio-webhook-enabled': 'true',
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      })
      const method = init.method ?? (body === undefined ? 'GET' : 'POST')
      const request = new Request(`${publicUrl}/twilio${path}`, { method, headers, ...(body ? { body } : {}) })
      const response = await conversations.fetch(request)
      const text = await response.text()
      return { status: response.status, body: (text ? JSON.parse(text) : undefined) as T }
    },
    worker,
    administrator: (identity = 'admin') => worker(identity, { role: 'administrator' }),
    cookie,
    request,
    async json<T>(path: string, init?: TestRequest) {
      const response = await request(path, init)
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T }
    },
    async stop() {
      await app.drain()
      await conversations.drain()
    },
  }
}

async function makeTables(databases: TestDatabases): Promise<void> {
  const app = await databases.open<AppTables>('app')
  await app.migrate(migrations)
  const webhook = { url: testPublicUrl, send: async () => new Response() }
  const engine = await databases.open<ConversationsTables>('conversations')
  await createConversations({ database: engine, account: testAccount, basePath: '/twilio', webhook }).prepare()
  const integration = await databases.open<IntegrationTables>('integration')
  await createIntegration({
    database: integration,
    accountToken: testAccount.authToken,
    publicUrl: testPublicUrl,
  }).prepare()
}
