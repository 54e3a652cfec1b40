import type { Database } from '@firstline/database'
import type { TestDatabases } from '@firstline/database/testing'
import { type Conversations, type ConversationsOptions, createConversations } from './create.ts'
import type { ConversationsTables } from './tables.ts'

export const account = { accountSid: `AC${'0123456789abcdef'.repeat(2)}`, authToken: 'a-secret-token' }
export const webhookUrl = 'http://app.test/webhooks/conversations?from=engine'

type Params = Record<string, string | string[]>
// biome-ignore lint/suspicious/noExplicitAny: tests read JSON as it comes
type Json = any
export type Answer = { status: number; headers: Headers; body: Json }

/** A webhook as the receiver saw it. */
export type Hook = { params: Record<string, string>; signature: string; url: string; contentType: string }

export type TestEngine = {
  readonly conversations: Conversations
  readonly database: Database<ConversationsTables>
  readonly hooks: Hooks
  /** Where there is a fixed clock: moves it, and wakes the workers. */
  advance(ms: number): void
  get(path: string): Promise<Answer>
  /** A REST write that asks for webhooks. */
  post(path: string, params?: Params, headers?: Record<string, string>): Promise<Answer>
  delete(path: string): Promise<Answer>
  simulate(path: string, json: unknown): Promise<Answer>
}

type Hooks = {
  readonly received: Hook[]
  /** Answers of the receiver to come, first to last; then 200. */
  readonly answers: (number | 'never')[]
  /** The first webhook, received or still to come, that has these parameters. */
  find(wanted: Record<string, string>): Promise<Hook>
  /** Resolves when this many have been received. */
  count(many: number): Promise<void>
}

/** An engine on a database of the test's, with a receiver of its webhooks; ended with the test. */
export async function openEngine(
  t: { after(fn: () => Promise<void>): unknown },
  databases: TestDatabases,
  options: Partial<ConversationsOptions> & { fixedClock?: boolean; idle?: boolean } = {},
): Promise<TestEngine> {
  await databases.beginWith(makeTables)
  const database = await databases.open<ConversationsTables>('conversations')
  const hooks = receiveHooks()
  let now = Date.UTC(2026, 0, 31, 12)
  const conversations = createConversations({
    database,
    account,
    webhook: { url: webhookUrl, send: hooks.send },
    carrier: { deliverAfterMs: 0, readAfterMs: 0 },
    writesPerSecond: 0,
    publicUrl: 'http://localhost:3000',
    basePath: '/twilio',
    ...(options.fixedClock && { clock: () => now }),
    ...options,
  })
  await conversations.prepare()
  if (!options.idle) conversations.start()
  t.after(() => conversations.drain())
  const call = (method: string, path: string, init: RequestInit = {}) => request(conversations, method, path, init)
  return {
    conversations,
    database,
    hooks,
    advance(ms) {
      now += ms
      for (const topic of ['timers', 'carrier', 'webhooks']) database.wake(topic)
    },
    get: (path) => call('GET', path),
    post: (path, params = {}, headers = {}) =>
      call('POST', path, { body: encode(params), headers: { 'x-twilio-webhook-enabled': 'true', ...headers } }),
    delete: (path) => call('DELETE', path, { headers: { 'x-twilio-webhook-enabled': 'true' } }),
    simulate: (path, json) =>
      call('POST', `/simulator${path}`, {
        body: JSON.stringify(json),
        headers: { 'content-type': 'application/json' },
      }),
  }
}

async function makeTables(databases: TestDatabases): Promise<void> {
  const database = await databases.open<ConversationsTables>('conversations')
  const webhook = { url: webhookUrl, send: async () => new Response() }
  await createConversations({ database, account, webhook }).prepare()
}

/** One suite's way to an engine: databases made and disposed of with the test. */
export function engineFactory(create: () => Promise<TestDatabases>) {
  return async (
    t: { after(fn: () => Promise<void>): unknown },
    options: Parameters<typeof openEngine>[2] = {},
  ): Promise<TestEngine> => {
    const databases = await create()
    const ends: (() => Promise<void>)[] = [() => databases.dispose()]
    t.after(async () => {
      for (const end of ends.toReversed()) await end()
    })
    const engine = await openEngine({ after: (end) => ends.push(end) }, databases, options)
    return engine
  }
}

export async function request(
  conversations: Conversations,
  method: string,
  path: string,
  { headers, ...init }: RequestInit = {},
): Promise<Answer> {
  const authorization = `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}`
  const url = new URL(path, 'http://localhost:3000')
  const response = await conversations.fetch(
    new Request(url, {
      method,
      ...init,
      headers: { authorization, ...(headers as Record<string, string>) },
    }),
  )
  const text = await response.text()
  return { status: response.status, headers: response.headers, body: text ? JSON.parse(text) : undefined }
}

function encode(params: Params): URLSearchParams {
  const pairs = Object.entries(params).flatMap(([name, value]) => [value].flat().map((one) => [name, one]))
  return new URLSearchParams(pairs)
}

function receiveHooks(): Hooks & { send(request: Request): Promise<Response> } {
  const received: Hook[] = []
  const answers: (number | 'never')[] = []
  const waiting = new Set<() => void>()

  function until<T>(look: () => T | undefined): Promise<T> {
    const { promise, resolve } = Promise.withResolvers<T>()
    const check = () => {
      const found = look()
      if (found === undefined) return
      waiting.delete(check)
      resolve(found)
    }
    waiting.add(check)
    check()
    return promise
  }

  return {
    received,
    answers,
    async send(request) {
      const params = Object.fromEntries(new URLSearchParams(await request.text()))
      const signature = request.headers.get('x-twilio-signature') ?? ''
      const contentType = request.headers.get('content-type') ?? ''
      received.push({ params, signature, url: request.url, contentType })
      for (const check of [...waiting]) check()
      const answer = answers.shift() ?? 200
      if (answer === 'never') return new Promise(() => {})
      return new Response(null, { status: answer })
    },
    find: (wanted) =>
      until(() =>
        received.find(({ params }) => Object.entries(wanted).every(([name, value]) => params[name] === value)),
      ),
    count: async (many) => {
      await until(() => (received.length >= many ? true : undefined))
    },
  }
}

/** A conversation with a customer on sms or whatsapp and a worker. */
export async function startConversation(
  engine: TestEngine,
  { address = '+15550100001', proxyAddress = '+15550109999', worker = 'ada@example.com' } = {},
): Promise<{ sid: string; customer: Json; worker: Json; path: string }> {
  const { sid } = (await engine.post('/v1/Conversations', { FriendlyName: 'Grace' })).body
  const path = `/v1/Conversations/${sid}`
  const customer = await engine.post(`${path}/Participants`, {
    'MessagingBinding.Address': address,
    'MessagingBinding.ProxyAddress': proxyAddress,
    Attributes: JSON.stringify({ customer_id: '7', display_name: 'Grace' }),
  })
  const added = await engine.post(`${path}/Participants`, { Identity: worker })
  return { sid, path, customer: customer.body, worker: added.body }
}
