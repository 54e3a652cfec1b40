/** For tests: the whole app on a throwaway database, with the real rooms beside it in the same process. */
import { createHmac } from 'node:crypto'
import type { Database } from '@firstline/database'
import type { TestDatabases } from '@firstline/database/testing'
import { pino } from 'pino'
import type { Role, Worker } from './api.ts'
import { type App, createContext, mountApp } from './app.ts'
import type { AppOptions, Context } from './context.ts'
import { createAuth } from './people/auth.ts'
import * as people from './people/store.ts'
import type { AppTables } from './tables.ts'

export const testPublicUrl = 'http://firstline.test'
const secret = 'a secret for tests that is long enough'
const account = { accountSid: `AC${'0'.repeat(32)}`, authToken: 'test-auth-token' }

export type TestRequest = {
  /** The identity of a worker that `worker` or `administrator` added; nobody when absent. */
  as?: string
  method?: string
  /** Sent as JSON. */
  body?: unknown
  headers?: Record<string, string>
  signal?: AbortSignal
}

export type TestApp = {
  app: App
  ctx: Context
  database: Database<AppTables>
  /** Adds a worker who is signed in (each time a fresh one), and returns it. */
  worker(identity: string, more?: { displayName?: string; role?: Role }): Promise<Worker>
  administrator(identity?: string): Promise<Worker>
  /** The cookie that a worker's browser would send. */
  cookie(identity: string): string
  /** Asks the app as somebody. */
  request(path: string, options?: TestRequest): Promise<Response>
  /** Asks and reads the JSON. */
  json<T = unknown>(path: string, options?: TestRequest): Promise<{ status: number; body: T; headers: Headers }>
  /** Ends the loops. Disposing of the databases stays with the test. */
  stop(): Promise<void>
}

/**
 * @example
 * const databases = await create()
 * const test = await createTestApp(databases)
 * await test.worker('ann')
 * const { status, body } = await test.json<Me>('/api/me', { as: 'ann' })
 */
export async function createTestApp(databases: TestDatabases, overrides: Partial<AppOptions> = {}): Promise<TestApp> {
  const database = overrides.database ?? (await databases.open<AppTables>('app'))
  const options: AppOptions = {
    publicUrl: testPublicUrl,
    secret,
    account,
    engine: {
      kind: 'embedded',
      baseUrl: `${testPublicUrl}/twilio`,
      serviceSid: `IS${'0'.repeat(32)}`,
      fetch: async () => new Response('no engine in this test', { status: 500 }),
    },
    rateLimit: false,
    log: pino({ level: 'silent' }),
    ...overrides,
    database,
  }
  const ctx = await createContext(options)
  const app = mountApp(ctx)
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
    worker,
    administrator: (identity = 'admin') => worker(identity, { role: 'administrator' }),
    cookie,
    request,
    async json<T>(path: string, init?: TestRequest) {
      const response = await request(path, init)
      const text = await response.text()
      return { status: response.status, headers: response.headers, body: (text ? JSON.parse(text) : undefined) as T }
    },
    stop: () => app.drain(),
  }
}
