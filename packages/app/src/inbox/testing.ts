/** For tests of the inbox: conversations in the real engine, and waiting for what becomes of them. */
import type { TestDatabases } from '@firstline/database/testing'
import type { AppEvents, ConversationDetails, Message, MessagePage, Problem } from '../api.ts'
import type { AppOptions, Context } from '../context.ts'
import { createTestApp, type TestApp, type TestSeams } from '../testing.ts'
import { sendingTopic } from './sending.ts'
import { webhookTopic } from './webhooks.ts'

export const sms = { address: '+15550100001', proxyAddress: '+15550109999' }
export const whatsApp = { address: 'whatsapp:+15550100002', proxyAddress: 'whatsapp:+15550109999' }

export type Contact = { address: string; proxyAddress: string } | { identity: string }
export type InboxTest = TestApp & {
  /** Makes a conversation in the engine, whose webhooks then bring it into the inbox, and waits for that. */
  converse(workers: string[], contact?: Contact): Promise<string>
  /** The customer writes. */
  receive(sid: string, body: string, contact?: Contact): Promise<void>
  /** A worker writes; a new key each time, unless one is given. */
  send(as: string, sid: string, body: unknown, key?: string): Promise<{ status: number; body: Sent }>
  /** Lets time go by, in milliseconds; the loops look at once. */
  advance(ms: number): void
  details(as: string, sid: string): Promise<ConversationDetails>
  history(as: string, sid: string): Promise<Message[]>
  /** What a worker's browsers were told, the oldest first. */
  events<Type extends keyof AppEvents>(identity: string, type: Type): Promise<AppEvents[Type][]>
  /** Looks again after everything that happens, until there is something to see. */
  until<T>(look: () => Promise<T | undefined | false>): Promise<T>
}

type Sent = { message: Message } & Problem
type Ending = { after(fn: () => Promise<void>): void }

/** @example const inbox = await openInbox(t, create) */
export async function openInbox(
  t: Ending,
  create: () => Promise<TestDatabases>,
  seams: TestSeams = {},
  overrides: Partial<AppOptions> = {},
): Promise<InboxTest> {
  const databases = await create()
  let ahead = 0
  const app = await createTestApp(databases, { clock: () => Date.now() + ahead, ...overrides }, seams)
  t.after(async () => {
    await app.stop()
    await databases.dispose()
  })
  for (const identity of ['ada', 'bob', 'eve']) await app.worker(identity, { displayName: `${identity} L.` })
  let keys = 0

  function advance(ms: number): void {
    ahead += ms
    for (const topic of [webhookTopic, sendingTopic, 'verifying', 'receipts']) app.database.wake(topic)
  }

  return {
    ...app,
    advance,
    async converse(workers, contact = sms) {
      const sid = await createConversation(app, workers, contact)
      const [worker = 'ada'] = workers
      // A webhook that tells of a new conversation waits a moment for what belongs to it.
      advance(1_000)
      await until(app.ctx, async () => (await app.request(`/api/conversations/${sid}`, { as: worker })).ok)
      return sid
    },
    async receive(sid, body, contact = sms) {
      const from = 'address' in contact ? contact.address : contact.identity
      const to = 'address' in contact ? { to: contact.proxyAddress } : { conversationSid: sid }
      const { status } = await app.engine('/simulator/messages', { json: { from, body, ...to } })
      if (status !== 201) throw new Error(`the simulated phone was answered ${status}`)
    },
    send: (as, sid, body, key = `key-${++keys}`) =>
      app.json(`/api/conversations/${sid}/messages`, { as, body, headers: { 'idempotency-key': key } }),
    details: async (as, sid) => (await app.json<ConversationDetails>(`/api/conversations/${sid}`, { as })).body,
    history: async (as, sid) =>
      (await app.json<MessagePage>(`/api/conversations/${sid}/messages`, { as })).body.messages,
    async events<Type extends keyof AppEvents>(identity: string, type: Type) {
      const rows = await app.database.db
        .selectFrom('event')
        .select('data')
        .where('audience', '=', `worker ${identity}`)
        .where('type', '=', type)
        .orderBy('id')
        .execute()
      return rows.map(({ data }) => JSON.parse(data) as AppEvents[Type])
    },
    until: (look) => until(app.ctx, look),
  }
}

/** A conversation as a start leaves it in the engine. */
export async function createConversation(
  app: Pick<TestApp, 'engine'>,
  workers: string[],
  contact: Contact = sms,
): Promise<string> {
  const { body } = await app.engine<{ sid: string }>('/v1/Conversations', { form: { FriendlyName: 'Grace Hopper' } })
  const path = `/v1/Conversations/${body.sid}/Participants`
  const attributes = JSON.stringify({ customer_id: '7', display_name: 'Grace Hopper' })
  const who: Record<string, string> =
    'address' in contact
      ? { 'MessagingBinding.Address': contact.address, 'MessagingBinding.ProxyAddress': contact.proxyAddress }
      : { Identity: contact.identity }
  await app.engine(path, { form: { ...who, Attributes: attributes } })
  for (const Identity of workers) await app.engine(path, { form: { Identity } })
  return body.sid
}

/** Looks now and after every change, until there is something to see. */
export async function until<T>(ctx: Context, look: () => Promise<T | undefined | false>): Promise<T> {
  for (;;) {
    const changed = Promise.withResolvers<void>()
    const unlisten = ctx.events.onAnnounce(changed.resolve)
    try {
      const seen = await look()
      if (seen !== undefined && seen !== false) return seen
      await changed.promise
    } finally {
      unlisten()
    }
  }
}
