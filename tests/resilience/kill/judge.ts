/** What has become of the starts that were broken off, asked from outside: the app's HTTP interface, the engine's REST. */
import { setTimeout as delay } from 'node:timers/promises'
import type { OwnStart } from '@firstline/app/api'
import { type BrokenOff, isOver } from './break-off.ts'
import type { Answered, EngineConversation, EngineParticipant, World } from './world.ts'

export type Verdict = {
  readonly broken: BrokenOff
  readonly start: OwnStart | undefined
  /** What the same key is answered now. */
  readonly answer: Answered | undefined
  /** What is in the engine that should not be, or is missing; empty when all is well. */
  readonly wrong: string[]
}

const patienceMs = 120_000

/** Waits until no attempt is under way any more. @returns how many still are when patience ends. */
export async function settle(world: World): Promise<number> {
  const until = performance.now() + patienceMs
  for (;;) {
    const unfinished = (await world.attempts()).filter((attempt) => !isOver(attempt) || attempt.steps.some(isLeft)).length
    if (unfinished === 0 || performance.now() > until) return unfinished
    await delay(200)
  }
}

const isLeft = ({ outcome }: { outcome: string }) => outcome === 'undoing' || outcome === 'running'

export async function judge(world: World, all: readonly BrokenOff[]): Promise<Verdict[]> {
  const conversations = await world.list<EngineConversation>('/Conversations', 'conversations')
  const verdicts: Verdict[] = []
  for (const broken of all) {
    const { customer, channel, key, answered } = broken
    const start = await world.ownStart(key)
    const answer = await world.start(customer, channel, key)
    const wrong = await findWrong(world, broken, start, conversations)
    if (start?.state !== expectedOf(broken)) wrong.push(`the start has ${start?.state}`)
    if (!answer || !isDefinite(answer)) wrong.push(`the key is answered ${JSON.stringify(answer)}`)
    if (answered && JSON.stringify(answered) !== JSON.stringify(answer)) {
      wrong.push(`the key was answered ${JSON.stringify(answered)} and now ${JSON.stringify(answer)}`)
    }
    verdicts.push({ broken, start, answer, wrong })
  }
  const known = new Set(verdicts.map(({ broken, start }) => broken.elsewhere ?? start?.result?.conversationSid))
  const orphans = conversations.filter(({ sid, unique_name: name }) => name?.startsWith('firstline-') && !known.has(sid))
  for (const { sid } of orphans) verdicts[0]?.wrong.push(`${sid} belongs to nobody`)
  return verdicts
}

/** A start whose customer was added is finished, any other is taken back. */
function expectedOf({ point: { step, doing, moment, because } }: BrokenOff): OwnStart['state'] {
  if (because) return because === 'the customer is elsewhere' ? 'succeeded' : 'failed'
  return doing === 'run' && (step === 'addWorker' || (step === 'addCustomer' && moment === 'after'))
    ? 'succeeded'
    : 'failed'
}

const isDefinite = ({ status, body }: Answered) =>
  status === 201 ? body.conversationSid !== undefined : typeof body.code === 'number' && body.code >= 48_000

/** Who is where in the engine, against what the start says of it. */
async function findWrong(
  world: World,
  { customer, elsewhere, point, channel }: BrokenOff,
  start: OwnStart | undefined,
  conversations: readonly EngineConversation[],
): Promise<string[]> {
  const wrong: string[] = []
  const expected = elsewhere ?? start?.result?.conversationSid
  const contact = channel === 'sms' ? customer.phone : customer.identity
  const isIn = await world.list<{ conversation_sid: string }>(
    `/ParticipantConversations?${new URLSearchParams(channel === 'sms' ? { Address: contact } : { Identity: contact })}`,
    'conversations',
  )
  const sids = isIn.map(({ conversation_sid: sid }) => sid)
  if (sids.join() !== (expected ?? '')) wrong.push(`the customer is in [${sids}], not [${expected ?? ''}]`)
  if (!expected) return wrong
  const there = conversations.find(({ sid }) => sid === expected)
  if (there?.state !== 'active') wrong.push(`${expected} is ${there?.state ?? 'not there'}`)
  const participants = await world.list<EngineParticipant>(`/Conversations/${expected}/Participants`, 'participants')
  const who = participants.map((one) => one.identity ?? one.messaging_binding?.address).sort()
  const isWorkerIn = point.because !== 'reading fails'
  const mustBe = [contact, ...(isWorkerIn ? [world.worker] : [])].sort()
  if (who.join() !== mustBe.join()) wrong.push(`in ${expected} are [${who}]`)
  return wrong
}

/** Starts once more where a start was taken back: nothing of it may be in the way. */
export async function startAnew(world: World, verdicts: readonly Verdict[]): Promise<void> {
  for (const { broken, start, wrong } of verdicts) {
    if (start?.state !== 'failed') continue
    const { customer, channel, key, elsewhere } = broken
    const answer = await world.start(customer, channel, `${key}-anew`)
    const isRight = answer?.status === 201 && answer.body.reused === (elsewhere !== undefined)
    if (!isRight) wrong.push(`a new start is answered ${JSON.stringify(answer)}`)
  }
}
