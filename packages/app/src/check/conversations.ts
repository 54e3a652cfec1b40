/** Whether the app's conversations are those of the engine. */
import type { Context } from '../context.ts'
import type { EngineConversation } from '../engine/engine.ts'
import { conversationFacts } from '../inbox/facts.ts'
import { lockConversation, projectConversation } from '../inbox/project.ts'
import { findConversation, listMembers } from '../inbox/store.ts'
import type { ConversationRow, MemberRow } from '../inbox/tables.ts'
import { askForReceipts, verifyConversation } from '../inbox/verify.ts'
import { findAttempt } from '../outgoing/attempts.ts'
import { attemptIdOf } from '../outgoing/steps.ts'
import type { Finding } from './finding.ts'
import { compareMessages, type Differences } from './messages.ts'

/** Asked of the engine beside each other. */
const atOnce = 4

export type Compared = { conversations: number; messages: number; findings: Finding[] }

/** Compares every conversation that the engine or the app has. */
export async function checkConversations(ctx: Context): Promise<Compared> {
  const { db } = ctx.database
  const listed = await ctx.engine.listConversations({})
  const known = await db.selectFrom('conversation').select('sid').execute()
  const there = new Set(listed.map(({ sid }) => sid))
  const compared: Compared = { conversations: listed.length, messages: 0, findings: [] }
  for (const { sid } of known) if (!there.has(sid)) compared.findings.push(goneFinding(sid))
  const waiting = listed.values()
  async function work(): Promise<void> {
    for (const conversation of waiting) {
      const { messages, finding } = await checkConversation(ctx, conversation)
      compared.messages += messages
      if (finding) compared.findings.push(finding)
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return compared
}

async function checkConversation(
  ctx: Context,
  conversation: EngineConversation,
): Promise<{ messages: number; finding?: Finding | undefined }> {
  const { sid } = conversation
  const started = await startOf(ctx, conversation)
  if (started === 'under way') return { messages: 0 }
  if (started === 'left behind') return { messages: 0, finding: await orphanFinding(ctx, sid) }
  const known = await findConversation(ctx.database.db, sid)
  if (!known) {
    // What was closed before the app came to know of it is nobody's business any more.
    const finding = conversation.state === 'closed' ? undefined : unknownFinding(sid)
    return { messages: 0, finding }
  }
  const differences = await compare(ctx, known, conversation)
  const detail = differences && describe(differences)
  const finding: Finding | undefined = detail
    ? { kind: 'different', id: sid, detail, remedy: 'read it from the engine again' }
    : undefined
  return { messages: differences?.messages.read ?? 0, finding }
}

/** What is known of the start that created a conversation. */
async function startOf(
  { database: { db }, engine }: Context,
  { sid, uniqueName }: EngineConversation,
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
  const participants = (await engine.listParticipants(sid)) ?? []
  return participants.length >= 2 ? 'succeeded' : 'left behind'
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
): Promise<Compare | undefined> {
  const { sid } = known
  const participants = await ctx.engine.listParticipants(sid)
  const messages = participants && (await compareMessages(ctx, known))
  if (!messages) return undefined
  const { customer, workers, ...facts } = conversationFacts(conversation, participants)
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
