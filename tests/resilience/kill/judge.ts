/** What has become of the starts that were broken off, asked from outside: the app's HTTP interface, the engine's REST. */
import type { OwnStart } from '@firstline/app/api'
import type { BrokenOff } from './break-off.ts'
import type { Answered, EngineConversation, EngineParticipant, World } from './world.ts'

export type Verdict = {
  readonly broken: BrokenOff
  /** What the same key is answered now. */
  readonly answer: Answered | undefined
  /** Conversations, participants and bindings that are in the engine and should not be. */
  readonly leftOver: string[]
  readonly unfinished: boolean
  /** Whatever else is not as it should be. */
  readonly wrong: string[]
}

/** `orphans`: conversations in the engine that belong to no start. */
export type Judgement = { readonly verdicts: readonly Verdict[]; readonly orphans: readonly string[] }

/** Looks at each of them, and then starts anew where one was taken back: nothing of it may be in the way. */
export async function judge(world: World, all: readonly BrokenOff[]): Promise<Judgement> {
  const conversations = await world.list<EngineConversation>('/Conversations', 'conversations')
  const verdicts: Verdict[] = []
  const succeeded = (await world.attempts()).filter(({ state }) => state === 'succeeded')
  const known = new Set(succeeded.map(({ conversationSid }) => conversationSid))
  for (const { elsewhere } of all) known.add(elsewhere?.sid)
  for (const broken of all) {
    verdicts.push(await judgeOne(world, broken, await world.ownStart(broken.key), conversations))
  }
  const orphans = conversations.map(({ sid }) => sid).filter((sid) => !known.has(sid))
  for (const { broken, answer, wrong } of verdicts) {
    if (answer?.status === 201) continue
    const { customer, channel, key, elsewhere } = broken
    const anew = await world.start(customer, channel, `${key}-anew`)
    const isRight = anew?.status === 201 && anew.body.reused === (elsewhere !== undefined)
    if (!isRight) wrong.push(`a new start is answered ${JSON.stringify(anew)}`)
  }
  return { verdicts, orphans }
}

async function judgeOne(
  world: World,
  broken: BrokenOff,
  start: OwnStart | undefined,
  conversations: readonly EngineConversation[],
): Promise<Verdict> {
  const { customer, channel, key, answered, mustEnd, elsewhere } = broken
  const verdict: Verdict = {
    broken,
    leftOver: [],
    unfinished: start !== undefined && start.state !== 'succeeded' && start.state !== 'failed',
    wrong: [],
    answer: undefined,
  }
  const { leftOver, wrong } = verdict
  const contact = channel === 'sms' ? customer.phone : customer.identity
  const expected = elsewhere?.sid ?? start?.result?.conversationSid
  const query = new URLSearchParams(channel === 'sms' ? { Address: contact } : { Identity: contact })
  const isIn = await world.list<{ conversation_sid: string }>(`/ParticipantConversations?${query}`, 'conversations')
  for (const { conversation_sid: sid } of isIn) if (sid !== expected) leftOver.push(`the customer is in ${sid}`)
  if (expected) {
    const there = conversations.find(({ sid }) => sid === expected)
    if (there?.state !== 'active') wrong.push(`${expected} is ${there?.state ?? 'not there'}`)
    const who = await whoIsIn(world, expected)
    const withWorker = elsewhere ? elsewhere.withWorker || start?.state === 'succeeded' : true
    const mustBe = [contact, ...(withWorker ? [world.worker] : [])]
    for (const one of who) if (!mustBe.includes(one)) leftOver.push(`${one} is in ${expected}`)
    for (const one of mustBe) if (!who.includes(one)) wrong.push(`${one} is not in ${expected}`)
    if (who.length !== new Set(who).size) leftOver.push(`somebody is in ${expected} twice`)
  }
  if (mustEnd && start?.state !== mustEnd) wrong.push(`the start has ${start?.state}, not ${mustEnd}`)
  const answer = await world.start(customer, channel, key)
  if (!answer || !isDefinite(answer)) wrong.push(`the key is answered ${JSON.stringify(answer)}`)
  if (answered && JSON.stringify(answered) !== JSON.stringify(answer)) {
    wrong.push(`the key was answered ${JSON.stringify(answered)} and now ${JSON.stringify(answer)}`)
  }
  return { ...verdict, answer }
}

const isDefinite = ({ status, body }: Answered) =>
  status === 201 ? body.conversationSid !== undefined : typeof body.code === 'number' && body.code >= 48_000

async function whoIsIn(world: World, sid: string): Promise<string[]> {
  const participants = await world.list<EngineParticipant>(`/Conversations/${sid}/Participants`, 'participants')
  return participants.map((one) => one.identity ?? one.messaging_binding?.address ?? '')
}
