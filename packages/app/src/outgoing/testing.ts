/** For tests: the whole app with a stranger's integration service on loopback, whose answers the test decides. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { TestContext } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import type { TestDatabases } from '@firstline/database/testing'
import type { OwnStart, Problem, StartRequest, StartResult, Step, StepName } from '../api.ts'
import { changeSettings } from '../console/settings.ts'
import type { AppOptions } from '../context.ts'
import { createTestApp, type TestApp, type TestSeams } from '../testing.ts'
import { sweepAttempts } from './sweeper.ts'

export type Reply = (response: ServerResponse, params: URLSearchParams, request: IncomingMessage) => void

export type Listening = { url: string; received: { params: URLSearchParams; headers: IncomingMessage['headers'] }[] }

/** A server of somebody else on loopback, which ends with the test. */
export async function listen(t: TestContext, reply: Reply): Promise<Listening> {
  const received: Listening['received'] = []
  const server = createServer(async (request, response) => {
    let body = ''
    for await (const chunk of request) body += chunk
    const params = new URLSearchParams(body)
    received.push({ params, headers: request.headers })
    reply(response, params, request)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/callback`, received }
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value))
}

export const proxyNumber = '+15550001111'
export const answersProxy =
  (proxy_address?: unknown): Reply =>
  (response) =>
    json(response, { proxy_address })

/** An error of the Conversations API, for the seam in front of the engine. */
export function refusal(code: number, status = 400): Response {
  return Response.json({ code, message: `error ${code}`, more_info: '', status }, { status })
}

/** Has creating the conversation refused while the callback is under way, which never answers: it is given up. */
export function refusalBesideCallback(): { engine: NonNullable<TestSeams['engine']>; callback: Reply } {
  const asked = Promise.withResolvers<void>()
  return {
    async engine(request, next) {
      if (request.method !== 'POST' || !request.url.endsWith('/Conversations')) return next(request)
      await asked.promise
      return refusal(50350, 409)
    },
    callback: () => asked.resolve(),
  }
}

export type TestCustomer = { name: string; avatar?: string; channels: { type: string; value: string }[] }

/** Three channels, as most tests want them. */
export const carol: TestCustomer = {
  name: 'Carol Jones',
  channels: [
    { type: 'sms', value: '+15550102222' },
    { type: 'whatsapp', value: 'whatsapp:+15550102222' },
    { type: 'chat', value: 'carol-on-the-web' },
  ],
}

export type Stage = {
  app: TestApp
  /** Its customers, by id; each belongs to every worker. */
  customers: Map<string, TestCustomer>
  crm: Listening
  proxy: Listening
  /** What the outgoing conversation callback answers: `proxyNumber` until the test says otherwise. */
  answerProxy(reply: Reply): void
  answerCrm(reply: Reply | undefined): void
  /** Asks for a start as `ann` with a new key, unless `more` says otherwise. */
  start(
    request: StartRequest,
    more?: { as?: string; key?: string },
  ): Promise<{ status: number; body: StartResult & Problem; headers: Headers }>
  ownStart(key: string, as?: string): Promise<OwnStart>
  /** Resolves when it is on record that a step of `ann`'s start is done. Steps do not wait for that. */
  recorded(key: string, step: StepName): Promise<void>
  /** The engine's conversations that are not closed, with the identities and addresses in each. */
  conversations(): Promise<{ sid: string; in: string[] }[]>
  sweep(): Promise<void>
}

export const sms: StartRequest = { customerId: '1', channel: { type: 'sms', value: '+15550102222' } }
export const whatsapp: StartRequest = { customerId: '1', channel: { type: 'whatsapp', value: 'whatsapp:+15550102222' } }
export const chat: StartRequest = { customerId: '1', channel: { type: 'chat', value: 'carol-on-the-web' } }

let keys = 0

export async function setStage(
  t: TestContext,
  create: () => Promise<TestDatabases>,
  overrides: Partial<AppOptions> = {},
  seams: TestSeams = {},
): Promise<Stage> {
  const customers = new Map([['1', carol]])
  let proxyReply = answersProxy(proxyNumber)
  let crmReply: Reply | undefined
  const answerCustomer: Reply = (response, params) => {
    const id = params.get('CustomerId') ?? ''
    const found = customers.get(id)
    if (!found) return json(response, { message: 'no such customer' }, 404)
    const { name, avatar, channels } = found
    json(response, { objects: { customer: { customer_id: id, display_name: name, avatar, channels } } })
  }
  const crm = await listen(t, (...given) => (crmReply ?? answerCustomer)(...given))
  const proxy = await listen(t, (...given) => proxyReply(...given))
  const databases = await create()
  const app = await createTestApp(databases, overrides, seams)
  t.after(async () => {
    await app.stop()
    await databases.dispose()
  })
  await changeSettings(app.ctx, {
    outgoingConversationCallbackUrl: proxy.url,
    crmCallbackUrl: crm.url,
    templatesCallbackUrl: '',
  })
  await app.worker('ann', { displayName: 'Ann Lee' })

  const stage: Stage = {
    app,
    customers,
    crm,
    proxy,
    answerProxy: (reply) => {
      proxyReply = reply
    },
    answerCrm: (reply) => {
      crmReply = reply
    },
    start: (body, { as = 'ann', key = `key-${++keys}` } = {}) =>
      app.json('/api/outgoing-conversations', { as, body, headers: { 'idempotency-key': key } }),
    ownStart: async (key, as = 'ann') =>
      (await app.json<OwnStart>(`/api/outgoing-conversations?idempotencyKey=${key}`, { as })).body,
    async recorded(key, step) {
      const isDone = ({ name, outcome }: Step) => name === step && outcome === 'done'
      while (!(await stage.ownStart(key)).steps.some(isDone)) await delay(5)
    },
    async conversations() {
      const found = await app.ctx.engine.listConversations({})
      const open = found.filter(({ state }) => state !== 'closed')
      return Promise.all(
        open.map(async ({ sid }) => {
          const participants = (await app.ctx.engine.listParticipants(sid)) ?? []
          return { sid, in: participants.map((one) => one.identity ?? one.messagingBinding?.address).sort() }
        }),
      )
    },
    async sweep() {
      while ((await sweepAttempts(app.ctx)) > 0);
    },
  }
  return stage
}
