/** Whether the app's conversations are those of the engine. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Context } from '../context.ts'
import type { EngineConversation, EngineParticipant } from '../engine/engine.ts'
import { EngineError } from '../engine/error.ts'
import { conversationFacts } from '../inbox/facts.ts'
import { lockConversation, projectConversation } from '../inbox/project.ts'
import { findConversation, listMembers } from '../inbox/store.ts'
import type { ConversationRow, MemberRow } from '../inbox/tables.ts'
import { askForReceipts, verifyConversation } from '../inbox/verify.ts'
import { findAttempt } from '../outgoing/attempts.ts'
import { attemptIdOf } from '../outgoing/steps.ts'
import type { Finding, OnProgress } from './finding.ts'
import { compareMessages, type Differences } from './messages.ts'

/** Asked of the engine beside each other. */
const atOnce = 8
/** So often in a row it is waited for an engine that wants to be asked less. */
const maxWaits = 10
const defaultWaitMs = 1_000

export type Compared = { conversations: number; messages: number; findings: Finding[] }

/** Compares every conversation that the engine or the app has. */
export async function checkConversations(ctx: Context, onProgress: OnProgress): Promise<Compared> {
  const { db } = ctx.database
  onProgress({ doing: 'listing', done: 0, all: 0 })
  const listed = await patiently(() => ctx.engine.listConversations({}))
  const known = await db.selectFrom('conversation').select('sid').execute()
  const there = new Set(listed.map(({ sid }) => sid))
  const compared: Compared = { conversations: listed.length, messages: 0, findings: [] }
  for (const { sid } of known) if (!there.has(sid)) compared.findings.push(goneFinding(sid))
  const tell = (done: number) => onProgress({ doing: 'comparing', done, all: listed.length })
  await forEach(listed, tell, async (conversation) => {
    const { messages, finding } = await checkConversation(ctx, conversation)
    compared.messages += messages
    if (finding) compared.findings.push(finding)
  })
  return compared
}

/** Compares some of them again. */
export async function checkAgain(ctx: Context, sids: string[], onProgress: OnProgress): Promise<Finding[]> {
  const findings: Finding[] = []
  const tell = (done: number) => onProgress({ doing: 'looking again', done, all: sids.length })
  await forEach(sids, tell, async (sid) => {
    const conversation = await ctx.engine.fetchConversation(sid)
    const isGone = !conversation && (await findConversation(ctx.database.db, sid))
    const { finding } = conversation ? await checkConversation(ctx, conversation) : { finding: undefined }
    if (isGone) findings.push(goneFinding(sid))
    if (finding) findings.push(finding)
  })
  return findings
}

/** Some at once, and each again when the engine was too busy for it. */
async function forEach<T>(all: T[], tell: (done: number) => void, work: (one: T) => Promise<void>): Promise<void> {
  const waiting = all.values()
  let done = 0
  async function workOn(): Promise<void> {
    for (const one of waiting) {
      await patiently(() => work(one))
      tell(++done)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, workOn))
}

/** A check asks for much: when that is too much for the engine, it waits as long as this says. */
async function patiently<T>(ask: () => Promise<T>): Promise<T> {
  for (let waits = 0; ; waits++) {
    try {
      return await ask()
    } catch (error) {
      if (!(error instanceof EngineError) || error.outcome !== 'busy' || waits === maxWaits) throw error
      await delay(error.retryAfterMs ?? defaultWaitMs)
    }
  }
}

async function checkConversation(
  ctx: Context,
  conversation: EngineConversation,
): Promise<{ messages: number; finding?: Finding | undefined }> {
  const { sid } = conversation
  let read: ReturnType<Participants> | undefined
  const participants: Participants = () => (read ??= ctx.engine.listParticipants(sid))
  const started = await startOf(ctx, conversation, participants)
  if (started === 'under way') return { messages: 0 }
  if (started === 'left behind') return { messages: 0, finding: await orphanFinding(ctx, sid) }
  const known = await findConversation(ctx.database.db, sid)
  if (!known) {
    // What was closed before the app came to know of it is nobody's business any more.
    const finding = conversation.state === 'closed' ? undefined : unknownFinding(sid)
    return { messages: 0, finding }
  }
  const differences = await compare(ctx, known, conversation, participants)
  const detail = differences && describe(differences)
  const finding: Finding | undefined = detail
    ? { kind: 'different', id: sid, detail, remedy: 'read it from the engine again' }
    : undefined
  return { messages: differences?.messages.read ?? 0, finding }
}

/** Asks for those of a conversation, once. `undefined`: it is gone. */
type Participants = () => Promise<EngineParticipant[] | undefined>

/** What is known of the start that created a conversation. */
async function startOf(
  { database: { db } }: Context,
  { sid, uniqueName }: EngineConversation,
  participants: Participants,
): Promise<'not a start' | 'under way' | 'succeeded' | 'left behind'> {
  const attemptId = attemptIdOf(uniqueName)
  if (!attemptId) return 'not a start'
  const attempt = await findAttempt(db, attemptId)
  if (attempt) {
    if (attempt.run.state === 'running' || attempt.run.state === 'undoing') return 'under way'
    const { run, answer } = attempt
    const isSuperfluous = answer && 'result' in answer && answer.result.conversationSid !== sid
    if (run.state === 'succeeded' && !isSuperfluous) return 'succeeded'
    return run.steps.some(({ outcome }) => outcome === 'undoing') ? 'under way' : 'left behind'
  }
  // Attempts are deleted after a month, and a restored copy may be older than a start: what is whole was a success.
  return ((await participants()) ?? []).length >= 2 ? 'succeeded' : 'left behind'
}

async function orphanFinding({ engine }: Context, sid: string): Promise<Finding> {
  const isEmpty = ((await engine.newestMessages(sid, 1)) ?? []).length === 0
  const detail = 'was left behind in the engine by a start of which nothing came'
  // What somebody has written to a customer is not thrown away.
  if (!isEmpty) return { kind: 'orphan', id: sid, detail: `${detail}, and has messages`, remedy: undefined }
  return { kind: 'orphan', id: sid, detail, remedy: 'delete it' }
}

function unknownFinding(sid: string): Finding {
  return { kind: 'unknown', id: sid, detail: 'is in the engine and not in the app', remedy: 'read it' }
}

function goneFinding(sid: string): Finding {
  return { kind: 'gone', id: sid, detail: 'is in the app and no longer in the engine', remedy: 'take it out' }
}

type Compare = { facts: string[]; isReopened: boolean; messages: Differences }

/** @returns `undefined` when it is gone meanwhile. */
async function compare(
  ctx: Context,
  known: ConversationRow,
  conversation: EngineConversation,
  participants: Participants = () => ctx.engine.listParticipants(known.sid),
): Promise<Compare | undefined> {
  const { sid } = known
  const listed = await participants()
  const messages = listed && (await compareMessages(ctx, known))
  if (!messages) return undefined
  const { customer, workers, ...facts } = conversationFacts(conversation, listed)
  const wanted: Partial<ConversationRow> = {
    display_name: facts.displayName,
    avatar: facts.avatar,
    state: facts.state,
    // A customer who has left is still whom the conversation was with.
    ...(customer && {
      customer_id: customer.customerId,
      channel: customer.channel,
      contact_address: customer.contactAddress,
      proxy_address: customer.proxyAddress,
    }),
  }
  const names = Object.keys(wanted) as (keyof typeof wanted)[]
  const different = names.filter((name) => known[name] !== wanted[name]).map((name) => name.replaceAll('_', ' '))
  const members = await listMembers(ctx.database.db, sid)
  if (!areSame(members, workers)) different.push('workers')
  const isReopened = known.state === 'closed' && facts.state !== 'closed'
  return { facts: different, isReopened, messages }
}

function areSame(members: MemberRow[], workers: { identity: string; participantSid: string }[]): boolean {
  const isIn = ({ identity, participant_sid }: MemberRow) =>
    workers.some((worker) => worker.identity === identity && worker.participantSid === participant_sid)
  return members.length === workers.length && members.every(isIn)
}

function describe({ facts, messages: { missing, different, surplus, behind } }: Compare): string {
  const parts = [
    facts.length > 0 ? `${facts.join(', ')} not as in the engine` : '',
    missing.length > 0 ? `${count(missing.length, 'message')} missing` : '',
    different.length > 0 ? `${count(different.length, 'message')} not as in the engine` : '',
    surplus.length > 0 ? `${count(surplus.length, 'message')} no longer in the engine` : '',
    behind.length > 0 ? `${count(behind.length, 'message')} further delivered than is known` : '',
  ]
  return parts.filter((part) => part !== '').join('; ')
}

const count = (many: number, what: string) => `${many} ${what}${many === 1 ? '' : 's'}`

/** Brings one conversation in line with the engine. */
export async function mendConversation(ctx: Context, { kind, id: sid, remedy }: Finding): Promise<void> {
  if (kind === 'orphan' && remedy) await ctx.engine.deleteConversation(sid)
  if (kind === 'orphan' || kind === 'gone') await projectConversation(ctx, sid)
  if (kind === 'unknown') await verifyConversation(ctx, sid)
  if (kind === 'different') await readAnew(ctx, sid)
}

async function readAnew(ctx: Context, sid: string): Promise<void> {
  const [known, conversation] = [await findConversation(ctx.database.db, sid), await ctx.engine.fetchConversation(sid)]
  const differences = known && conversation && (await compare(ctx, known, conversation))
  if (!differences) return
  const { missing, different, behind } = differences.messages
  await ctx.database.db.transaction().execute(async (tx) => {
    await lockConversation(ctx, tx, sid)
    // Otherwise what was taken for removed, edited or closed would stay so.
    const replaced = [...missing, ...different]
    if (replaced.length > 0) await tx.deleteFrom('message').where('sid', 'in', replaced).execute()
    const state = differences.isReopened ? { state: 'active' as const } : {}
    await tx
      .updateTable('conversation')
      .set({ verified_index: -1, ...state })
      .where('sid', '=', sid)
      .execute()
  })
  await verifyConversation(ctx, sid)
  for (const messageSid of [...missing, ...different, ...behind]) await askForReceipts(ctx, messageSid)
}
