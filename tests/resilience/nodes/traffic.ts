/** Workers and customers who write to each other through nodes that are killed and restarted in turn. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Message, StartResult } from '@firstline/app/api'
import { type EventStream, openEventStream } from '../../support/event-stream.ts'
import { everybodysProxy } from '../../support/everybody.ts'
import type { Session } from '../../support/session.ts'
import { type Cluster, succeed } from './cluster.ts'

export type TrafficPlan = {
  readonly workers: number
  readonly browsersEach: number
  readonly conversationsEach: number
  /** In each conversation, each way. */
  readonly messages: number
  readonly kills: number
}

export type Conversation = { readonly sid: string; readonly phone: string; readonly worker: Talker }
export type Talker = { readonly identity: string; readonly session: Session; readonly streams: readonly EventStream[] }

export type Traffic = {
  readonly talkers: readonly Talker[]
  readonly conversations: readonly Conversation[]
  /** What was answered that neither says what became of it nor to try again. */
  readonly wrongAnswers: string[]
  readonly counts: { sent: number; tries: number; cutOff: number; unavailable: number; kills: number }
  readonly seconds: number
}

const patienceMs = 100

/** What is written, so that order and place show in the text. */
export const textOf = (from: 'worker' | 'customer', number: number) => `${from} ${number}`

/** Lets them write until all is said. The streams stay open: close them with `closeTraffic`. */
export async function runTraffic(cluster: Cluster, plan: TrafficPlan): Promise<Traffic> {
  const talkers = await inTurn(plan.workers, async (number): Promise<Talker> => {
    const identity = `worker-${number}@example.com`
    const session = await cluster.addWorker(identity)
    const streams = Array.from({ length: plan.browsersEach }, () => openEventStream(cluster.url, session.cookie))
    await Promise.all(streams.map((stream) => stream.until(() => stream.firstId() >= 0)))
    return { identity, session, streams }
  })
  const conversations = await inTurn(plan.workers * plan.conversationsEach, async (number): Promise<Conversation> => {
    const worker = talkers[number % plan.workers] as Talker
    const phone = `+1555400${String(number).padStart(4, '0')}`
    return { sid: await start(worker.session, phone), phone, worker }
  })

  const traffic: Traffic = {
    talkers,
    conversations,
    wrongAnswers: [],
    counts: { sent: 0, tries: 0, cutOff: 0, unavailable: 0, kills: 0 },
    seconds: 0,
  }
  const total = 2 * conversations.length * plan.messages
  const begun = performance.now()
  const talking = Promise.all(
    conversations.flatMap((conversation) => [
      talk(plan.messages, (number) => sendAsWorker(traffic, conversation, number)),
      talk(plan.messages, (number) => sendAsCustomer(cluster, traffic, conversation, number)),
    ]),
  )
  await Promise.all([talking, killInTurn(cluster, traffic, plan.kills, total)])
  return { ...traffic, seconds: (performance.now() - begun) / 1_000 }
}

export function closeTraffic({ talkers }: Pick<Traffic, 'talkers'>): void {
  for (const { streams } of talkers) for (const stream of streams) stream.close()
}

async function inTurn<T>(count: number, make: (number: number) => Promise<T>): Promise<T[]> {
  const made: T[] = []
  for (let number = 0; number < count; number++) made.push(await make(number))
  return made
}

async function talk(messages: number, send: (number: number) => Promise<void>): Promise<void> {
  for (let number = 0; number < messages; number++) await send(number)
}

async function start(session: Session, phone: string): Promise<string> {
  const request = { customerId: phone, channel: { type: 'sms', value: phone } }
  const headers = { 'idempotency-key': `start ${phone}` }
  const answer = await succeed(session.request('POST', '/api/outgoing-conversations', request, headers))
  return ((await answer.json()) as StartResult).conversationSid
}

/** Whenever so much has been said, the next node dies and comes back; while it is coming all goes on. */
async function killInTurn(cluster: Cluster, { counts }: Traffic, kills: number, total: number): Promise<void> {
  while (counts.kills < kills) {
    const isTime = () => counts.sent >= ((counts.kills + 1) * total) / (kills + 1)
    while (!isTime()) await delay(10)
    const node = counts.kills % cluster.nodes.length
    counts.kills++
    await cluster.kill(node)
    await cluster.restart(node)
  }
}

async function sendAsWorker(traffic: Traffic, { sid, worker }: Conversation, number: number): Promise<void> {
  const headers = { 'idempotency-key': `${sid}-${number}` }
  const body = { body: textOf('worker', number) }
  await insist(traffic, async () => {
    const response = await worker.session.request('POST', `/api/conversations/${sid}/messages`, body, headers)
    if (response.status !== 201) return response
    const { message } = (await response.json()) as { message: Message }
    return message.status === 'sending' ? 'again' : message.sid ? 'done' : Response.json(message, { status: 500 })
  })
}

async function sendAsCustomer(
  cluster: Cluster,
  traffic: Traffic,
  { phone }: Conversation,
  number: number,
): Promise<void> {
  const body = textOf('customer', number)
  const json = { from: phone, to: everybodysProxy, body, messageId: `message ${number}` }
  await insist(traffic, async () => {
    const response = await cluster.engine('/simulator/messages', { json })
    return response.ok ? 'done' : response
  })
}

/** Asks until it is done, with the same key each time, as a client does whose connection breaks. */
async function insist(
  { counts, wrongAnswers }: Traffic,
  ask: () => Promise<Response | 'done' | 'again'>,
): Promise<void> {
  for (;;) {
    counts.tries++
    const answer = await ask().catch((error: unknown) => error as Error)
    if (answer === 'done') {
      counts.sent++
      return
    }
    if (answer instanceof Error) counts.cutOff++
    else if (answer instanceof Response) {
      if (answer.status === 502 || answer.status === 503) counts.unavailable++
      else wrongAnswers.push(`${answer.status} ${await answer.text()}`)
    }
    await delay(patienceMs)
  }
}
