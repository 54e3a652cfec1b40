/** Brings conversations from the engine into the app's own copy. */
import type { ChannelType } from '../api.ts'
import type { Context } from '../context.ts'
import { type ConversationFacts, conversationFacts } from './facts.ts'
import { isUnsent } from './outgoing-store.ts'
import { beginReading, finishReading, outdateReadings } from './readings.ts'
import { findConversation, listMembers, type Tx } from './store.ts'
import type { ConversationRow } from './tables.ts'
import { appendConversation, tellMembers } from './tell.ts'

/** So often an open conversation is compared with the engine at most. */
export const soonestVerificationMs = 10 * 60_000

type Projecting = Pick<Context, 'database' | 'events'>
type Reading = Projecting & Pick<Context, 'engine'>

export type StartedConversation = {
  sid: string
  /** The identity of the worker who started it, and the SID of their participant. */
  worker: string
  workerParticipantSid?: string
  displayName: string
  avatar?: string | undefined
  customerId: string
  channel: ChannelType
  contactAddress: string
  proxyAddress: string | null
  /** Milliseconds since 1970. */
  createdAt: number
}

/** Puts changes of one conversation in a row; every transaction that changes it calls this first. */
export function lockConversation(ctx: Pick<Context, 'database'>, tx: Tx, sid: string): Promise<void> {
  return ctx.database.lock(tx, `conversation ${sid}`)
}

/**
 * Writes down a conversation that has just been started, in the transaction that ends the start, so that the worker
 * has it at once and not only when its webhooks have come. Tells the worker's browsers.
 */
export async function recordStartedConversation(ctx: Projecting, tx: Tx, started: StartedConversation): Promise<void> {
  const { sid, worker, workerParticipantSid: participantSid = null } = started
  await lockConversation(ctx, tx, sid)
  // A reading that began before the worker was added must not take the worker out again.
  await outdateReadings(tx, sid)
  const facts = {
    sid,
    displayName: started.displayName,
    avatar: started.avatar ?? null,
    state: 'active' as const,
    createdAt: started.createdAt,
    customer: {
      customerId: started.customerId,
      channel: started.channel,
      contactAddress: started.contactAddress,
      proxyAddress: started.proxyAddress,
    },
  }
  const known = await findConversation(tx, sid)
  const saved = await saveConversation(tx, known, facts, started.createdAt + soonestVerificationMs)
  await addMember(tx, sid, worker, participantSid)
  // Of one that was not known there are no messages to count.
  if (saved && !known) appendConversation(ctx, tx, saved, [{ identity: worker, unread_count: 0 }])
  else await tellMembers(ctx, tx, sid)
}

/** What the engine said of a conversation, and when it was asked. No `facts`: there is no such conversation. */
export type ConversationReading = { sid: string; reading: number; facts?: ConversationFacts }

/**
 * Reads a conversation and its participants from the engine and writes down what has changed.
 *
 * @returns `gone` when the engine has no such conversation (any more).
 * @throws EngineError when the engine does not answer.
 */
export async function projectConversation(ctx: Reading, sid: string): Promise<'there' | 'gone'> {
  const read = await readConversation(ctx, sid)
  await ctx.events.transaction(async (tx) => {
    await lockConversation(ctx, tx, sid)
    await applyReading(ctx, tx, read)
  })
  return read.facts ? 'there' : 'gone'
}

/** Asks the engine. Call it outside of any transaction, and `applyReading` in one. */
export async function readConversation(ctx: Reading, sid: string): Promise<ConversationReading> {
  const reading = await beginReading(ctx.database.db, sid)
  const [conversation, participants] = await Promise.all([
    ctx.engine.fetchConversation(sid),
    ctx.engine.listParticipants(sid),
  ])
  return { sid, reading, ...(conversation && participants && { facts: conversationFacts(conversation, participants) }) }
}

/** Writes down what was read, unless something newer has been, and tells the workers whom it concerns. */
export async function applyReading(ctx: Projecting, tx: Tx, read: ConversationReading): Promise<void> {
  if (!(await finishReading(tx, read.sid, read.reading))) return
  if (read.facts) await applyConversation(ctx, tx, read.facts)
  else await removeConversation(ctx, tx, read.sid)
}

async function applyConversation(ctx: Projecting, tx: Tx, facts: ConversationFacts): Promise<void> {
  const { sid } = facts
  const saved = await saveConversation(tx, await findConversation(tx, sid), facts)
  const known = await listMembers(tx, sid)
  const left = known.filter(({ identity }) => !facts.workers.some((worker) => worker.identity === identity))
  const joined = facts.workers.filter(
    (worker) => !known.some((row) => row.identity === worker.identity && row.participant_sid === worker.participantSid),
  )
  for (const { identity, participantSid } of joined) await addMember(tx, sid, identity, participantSid)
  if (saved || joined.length > 0) await tellMembers(ctx, tx, sid)
  if (left.length > 0)
    await removeMembers(
      ctx,
      tx,
      sid,
      left.map(({ identity }) => identity),
    )
}

/** @returns the conversation if anything is other than it was. */
async function saveConversation(
  tx: Tx,
  known: ConversationRow | undefined,
  facts: Omit<ConversationFacts, 'workers'>,
  verifyDueAt = 0,
): Promise<ConversationRow | undefined> {
  const { customer } = facts
  const values = {
    display_name: facts.displayName,
    avatar: facts.avatar,
    // Closed is final: a reading that says otherwise is older.
    state: known?.state === 'closed' ? known.state : facts.state,
    // A customer who has left is still whom the conversation was with.
    customer_id: customer ? customer.customerId : (known?.customer_id ?? null),
    channel: customer?.channel ?? known?.channel ?? 'chat',
    contact_address: customer?.contactAddress ?? known?.contact_address ?? '',
    proxy_address: customer ? customer.proxyAddress : (known?.proxy_address ?? null),
  } satisfies Partial<ConversationRow>
  if (!known) {
    const { sid, createdAt } = facts
    const empty = { last_body: null, last_direction: null, last_at: null, last_status: null, last_inbound_at: null }
    const times = { created_at: createdAt, updated_at: createdAt, verify_due_at: verifyDueAt }
    const row: ConversationRow = { sid, ...values, ...empty, ...times, verified_index: -1 }
    await tx.insertInto('conversation').values(row).execute()
    return row
  }
  const names = Object.keys(values) as (keyof typeof values)[]
  if (names.every((name) => known[name] === values[name])) return undefined
  await tx.updateTable('conversation').set(values).where('sid', '=', facts.sid).execute()
  // Messages that came before it was known who the customer is.
  if (known.contact_address !== values.contact_address) {
    await tx
      .updateTable('message')
      .set({ direction: 'inbound', status: 'received' })
      .where('conversation_sid', '=', facts.sid)
      .where('author', '=', values.contact_address)
      .execute()
  }
  return { ...known, ...values }
}

async function addMember(tx: Tx, sid: string, identity: string, participantSid: string | null): Promise<void> {
  await tx
    .insertInto('conversation_member')
    .values({ conversation_sid: sid, identity, participant_sid: participantSid, last_read_index: -1, unread_count: 0 })
    .onConflict((on) => on.columns(['identity', 'conversation_sid']).doUpdateSet({ participant_sid: participantSid }))
    .execute()
}

/** Takes a conversation out that the engine no longer has, with everything that belongs to it. */
export async function removeConversation(ctx: Projecting, tx: Tx, sid: string): Promise<void> {
  const members = await listMembers(tx, sid)
  await tx.deleteFrom('conversation').where('sid', '=', sid).execute()
  await tx
    .deleteFrom('outgoing_message')
    .where('conversation_sid', '=', sid)
    .where(isUnsent)
    .where('state', '=', 'failed')
    .execute()
  tellRemoved(
    ctx,
    tx,
    sid,
    members.map(({ identity }) => identity),
  )
}

async function removeMembers(ctx: Projecting, tx: Tx, sid: string, identities: string[]): Promise<void> {
  await tx
    .deleteFrom('conversation_member')
    .where('conversation_sid', '=', sid)
    .where('identity', 'in', identities)
    .execute()
  tellRemoved(ctx, tx, sid, identities)
}

function tellRemoved(ctx: Projecting, tx: Tx, sid: string, identities: string[]): void {
  ctx.events.append(
    tx,
    identities.map((identity) => ({
      audience: { worker: identity },
      type: 'conversation.removed' as const,
      data: { sid },
    })),
  )
}
