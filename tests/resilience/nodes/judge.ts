/** What has come of the traffic: the engine's REST, the app's own copy and the browsers' streams, side by side. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Conversation as AppConversation, ConversationDetails, Message, MessagePage } from '@firstline/app/api'
import pg from 'pg'
import { type Cluster, succeed } from './cluster.ts'
import { type Conversation, type Talker, type Traffic, textOf } from './traffic.ts'

export type Verdict = {
  /** What is not as it should be; empty when all is well. */
  readonly wrong: string[]
  readonly messages: number
  readonly streams: number
  /** Connections of all streams, and the events that they have seen. */
  readonly connections: number
  readonly events: number
}

type EngineMessage = { sid: string; index: number; author: string; body: string }

const quietWithinMs = 120_000

/** Waits until nothing is under way any more, and compares. */
export async function judgeTraffic(cluster: Cluster, traffic: Traffic, messages: number): Promise<Verdict> {
  const database = new pg.Client(cluster.databaseUrl)
  await database.connect()
  try {
    const wrong = [...traffic.wrongAnswers]
    await untilQuiet(database)
    let found = 0
    for (const conversation of traffic.conversations) {
      const inEngine = await listInEngine(cluster, conversation.sid)
      found += inEngine.length
      wrong.push(...wrongInEngine(conversation, inEngine, messages))
      wrong.push(...(await wrongInApp(conversation, inEngine)))
    }
    const streams = traffic.talkers.flatMap((talker) => talker.streams.map((stream) => ({ talker, stream })))
    for (const { talker, stream } of streams) {
      const logged = await eventsOf(database, talker, stream.firstId())
      await stream.until(() => stream.lastId() >= (logged.at(-1) ?? 0))
      const seen = stream.events.map(({ id }) => id)
      if (seen.join() !== logged.join()) wrong.push(...compareEvents(talker, seen, logged))
      const own = traffic.conversations.filter(({ worker }) => worker === talker)
      wrong.push(...(await wrongInBrowser(stream.events, own)))
    }
    return {
      wrong,
      messages: found,
      streams: streams.length,
      connections: streams.reduce((sum, { stream }) => sum + stream.connections(), 0),
      events: streams.reduce((sum, { stream }) => sum + stream.events.length, 0),
    }
  } finally {
    await database.end()
  }
}

/** Until every queue of app and engine is empty. */
async function untilQuiet(database: pg.Client): Promise<void> {
  const until = performance.now() + quietWithinMs
  for (;;) {
    const { rows } = await database.query(`select
      (select count(*) from conversations.webhook_event) + (select count(*) from conversations.carrier_job)
      + (select count(*) from app.stored_webhook)
      + (select count(*) from app.outgoing_message where state in ('queued', 'sending')) as left`)
    if (Number(rows[0].left) === 0) return
    if (performance.now() > until) throw new Error(`${rows[0].left} things are still under way`)
    await delay(100)
  }
}

async function listInEngine(cluster: Cluster, sid: string): Promise<EngineMessage[]> {
  const found: EngineMessage[] = []
  let path: string | undefined = `/v1/Conversations/${sid}/Messages?PageSize=100`
  while (path) {
    const answer = await succeed(cluster.engine(path))
    const page = (await answer.json()) as { messages: EngineMessage[]; meta: { next_page_url: string | null } }
    found.push(...page.messages)
    const next: string | null = page.meta.next_page_url
    path = next ? next.slice(next.indexOf('/twilio') + '/twilio'.length) : undefined
  }
  return found
}

/** Each side's messages are there once and in the order in which they were sent, and nothing else is. */
function wrongInEngine({ sid, phone, worker }: Conversation, inEngine: EngineMessage[], messages: number): string[] {
  const wrong: string[] = []
  for (const [from, author] of [
    ['worker', worker.identity],
    ['customer', phone],
  ] as const) {
    const bodies = inEngine.filter((message) => message.author === author).map(({ body }) => body)
    const expected = Array.from({ length: messages }, (_, number) => textOf(from, number))
    if (bodies.join() !== expected.join()) wrong.push(`${sid}: the ${from} said [${bodies}]`)
  }
  if (inEngine.length !== 2 * messages) wrong.push(`${sid}: ${inEngine.length} messages`)
  if (inEngine.some(({ index }, place) => index !== place)) wrong.push(`${sid}: indexes are not in a row`)
  return wrong
}

/** The app's copy says the same, and that everything arrived. */
async function wrongInApp({ sid, worker }: Conversation, inEngine: EngineMessage[]): Promise<string[]> {
  const copied = await listInApp(worker, sid)
  const same = (messages: { sid: string | null; index: number | null; body: string }[]) =>
    messages.map((message) => `${message.index} ${message.sid} ${message.body}`).join('\n')
  const wrong = same(copied) === same(inEngine) ? [] : [`${sid}: the app's copy is not what the engine has`]
  const unfinished = copied.filter(
    ({ direction, status }) => status !== (direction === 'inbound' ? 'received' : 'delivered'),
  )
  return [...wrong, ...unfinished.map(({ index, status }) => `${sid}: message ${index} is ${status}`)]
}

async function listInApp(worker: Talker, sid: string): Promise<Message[]> {
  let found: Message[] = []
  let before = ''
  for (;;) {
    const path = `/api/conversations/${sid}/messages?limit=100${before}`
    const page = (await (await succeed(worker.session.request('GET', path))).json()) as MessagePage
    found = [...page.messages, ...found]
    if (!page.hasEarlier) return found
    before = `&before=${found[0]?.index}`
  }
}

async function eventsOf(database: pg.Client, { identity }: Talker, after: number): Promise<number[]> {
  const { rows } = await database.query('select id from app.event where audience = $1 and id > $2 order by id', [
    `worker ${identity}`,
    after,
  ])
  return rows.map(({ id }) => Number(id))
}

function compareEvents({ identity }: Talker, seen: number[], logged: number[]): string[] {
  const missed = logged.filter((id) => !seen.includes(id))
  const doubled = seen.filter((id, place) => seen.indexOf(id) !== place)
  const foreign = seen.filter((id) => !logged.includes(id))
  const order = seen.some((id, place) => place > 0 && id < (seen[place - 1] ?? 0)) ? ', out of order' : ''
  return [`a stream of ${identity} missed [${missed}], saw [${doubled}] twice and [${foreign}] besides${order}`]
}

/** A browser that only listened has what a browser that asks is told. */
async function wrongInBrowser(
  events: readonly { type: string; data: unknown }[],
  conversations: readonly Conversation[],
): Promise<string[]> {
  const messages = new Map<string, Message>()
  const known = new Map<string, AppConversation>()
  for (const { type, data } of events) {
    if (type === 'message' && (data as Message).sid) messages.set((data as Message).sid as string, data as Message)
    if (type === 'conversation') known.set((data as AppConversation).sid, data as AppConversation)
  }
  const wrong: string[] = []
  for (const { sid, worker } of conversations) {
    const heard = [...messages.values()].filter((message) => message.conversationSid === sid)
    heard.sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
    const answer = await succeed(worker.session.request('GET', `/api/conversations/${sid}`))
    const { conversation } = (await answer.json()) as ConversationDetails
    const different = [
      ...differences('messages', heard.map(toSeconds), (await listInApp(worker, sid)).map(toSeconds)),
      ...differences('conversation', known.get(sid), conversation),
    ]
    wrong.push(...different.map((difference) => `${sid}: a browser of ${worker.identity} shows ${difference}`))
  }
  return wrong
}

/** What was read from the engine's REST has whole seconds; that its webhook tells the rest is not told to browsers. */
const toSeconds = (message: Message) => ({ ...message, createdAt: message.createdAt.slice(0, 19) })

/** Where two things differ, by path. */
function differences(path: string, one: unknown, other: unknown): string[] {
  if (typeof one !== 'object' || typeof other !== 'object' || !one || !other) {
    return one === other ? [] : [`${path}: ${JSON.stringify(one)}, not ${JSON.stringify(other)}`]
  }
  const names = new Set([...Object.keys(one), ...Object.keys(other)])
  return [...names].flatMap((name) =>
    differences(`${path}.${name}`, one[name as keyof typeof one], other[name as keyof typeof other]),
  )
}
