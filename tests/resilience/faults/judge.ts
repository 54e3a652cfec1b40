/** What has come of the traffic: the app's word against the engine's, asked past the proxy. */
import { setTimeout as delay } from 'node:timers/promises'
import type { AttemptPage, Message, MessagePage } from '@firstline/app/api'
import type { Apart } from './apart.ts'
import { send, start, type Traffic, type Worker } from './traffic.ts'

const patienceMs = 120_000
const isOver = ({ state, steps }: AttemptPage['attempts'][number]) =>
  (state === 'succeeded' || state === 'failed') && steps.every(({ outcome }) => outcome !== 'undoing')

/** Waits until nothing is under way any more, with a network in order. @returns what still is when patience ends. */
export async function settle(apart: Apart, workers: readonly Worker[], { started, sent }: Traffic): Promise<string[]> {
  const until = performance.now() + patienceMs
  for (;;) {
    const left = (await allAttempts(apart)).filter((each) => !isOver(each)).map(({ attemptId }) => `start ${attemptId}`)
    for (const { sid } of started.map(({ body }) => ({ sid: body.conversationSid }))) {
      if (!sid || !sent.some((each) => each.sid === sid)) continue
      const messages = await historyOf(workers, sid, started)
      left.push(...messages.filter(({ status }) => status === 'sending').map(({ body }) => `message ${body}`))
    }
    if (left.length === 0 || performance.now() > until) return left
    await delay(250)
  }
}

async function allAttempts({ admin }: Apart): Promise<AttemptPage['attempts']> {
  const found: AttemptPage['attempts'] = []
  let cursor: string | undefined = ''
  while (cursor !== undefined) {
    const response = await admin.request('GET', `/api/console/attempts?cursor=${encodeURIComponent(cursor)}`)
    const page = (await response.json()) as AttemptPage
    found.push(...page.attempts)
    cursor = page.nextCursor
  }
  return found
}

function ownerOf(workers: readonly Worker[], sid: string, started: Traffic['started']): Worker {
  const owner = started.find(({ body }) => body.conversationSid === sid)?.worker
  return workers.find(({ identity }) => identity === owner) as Worker
}

async function historyOf(workers: readonly Worker[], sid: string, started: Traffic['started']): Promise<Message[]> {
  const { session } = ownerOf(workers, sid, started)
  const response = await session.request('GET', `/api/conversations/${sid}/messages`)
  return ((await response.json()) as MessagePage).messages
}

type EngineMessage = { sid: string; body: string }
type EngineParticipant = { identity: string | null; messaging_binding: { address?: string } | null }

/** @returns everything that is not as it should be, in words: of these starts, and of all conversations since `before`. */
export async function findWrong(
  apart: Apart,
  workers: readonly Worker[],
  traffic: Traffic,
  before: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const wrong = (await settle(apart, workers, traffic)).map((left) => `not at its end: ${left}`)
  const succeeded = traffic.started.filter(({ status }) => status === 201)
  const conversations = await apart.list<{ sid: string }>('/Conversations', 'conversations')
  const known = new Set(succeeded.map(({ body }) => body.conversationSid))
  if (known.size !== succeeded.length) wrong.push(`${succeeded.length} successes have ${known.size} conversations`)
  for (const { sid } of conversations) if (!known.has(sid) && !before.has(sid)) wrong.push(`${sid} belongs to nobody`)
  const there = new Set(conversations.map(({ sid }) => sid))
  for (const sid of known) if (!there.has(sid)) wrong.push(`${sid} is not there`)

  for (const { key, phone, worker, status, body } of traffic.started) {
    const isDefinite =
      status === 201 ? body.conversationSid : body.code === 48050 && body.status === 503 && body.retryable
    if (!isDefinite) wrong.push(`${key} was answered ${status} ${JSON.stringify(body)}`)
    const again = await start(workers.find(({ identity }) => identity === worker) as Worker, phone, key)
    if (JSON.stringify(again.body) !== JSON.stringify(body)) wrong.push(`${key} is answered otherwise the second time`)
  }
  for (const { body, phone, worker } of succeeded) {
    const sid = body.conversationSid
    const participants = await apart.list<EngineParticipant>(`/Conversations/${sid}/Participants`, 'participants')
    const who = participants.map((one) => one.identity ?? one.messaging_binding?.address).sort()
    if (who.join() !== [phone, worker].sort().join()) wrong.push(`in ${sid} are ${who.join()}`)
    wrong.push(...(await judgeMessages(apart, workers, traffic, sid)))
  }
  return wrong
}

/** Each message once, in the order in which they were written, and the app shows what the engine has. */
async function judgeMessages(
  apart: Apart,
  workers: readonly Worker[],
  { started, sent }: Traffic,
  sid: string,
): Promise<string[]> {
  const wrong: string[] = []
  const inEngine = await apart.list<EngineMessage>(`/Conversations/${sid}/Messages`, 'messages')
  const shown = await historyOf(workers, sid, started)
  const asked = sent.filter((each) => each.sid === sid).map(({ body }) => body)
  const bodies = inEngine.map(({ body }) => body)
  if (bodies.join() !== asked.join()) wrong.push(`in ${sid} was written ${bodies.join()}, not ${asked.join()}`)
  const same = shown.map((message) => message.sid).join() === inEngine.map((message) => message.sid).join()
  if (!same) wrong.push(`the app shows other messages in ${sid}`)
  const [last] = sent.filter((each) => each.sid === sid).slice(-1)
  if (last) {
    const again = await send(ownerOf(workers, sid, started), sid, last.body, last.key)
    if (again.message.sid !== inEngine.at(-1)?.sid) wrong.push(`${last.key} is another message the second time`)
  }
  return wrong
}
