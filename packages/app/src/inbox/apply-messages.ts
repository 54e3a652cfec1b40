/** Writes down what the engine says of messages: in any order, any number of times, with the same end. */
import type { Context } from '../context.ts'
import { deliveryStatus, isFurther, isPhoneAuthor, type MessageFacts } from './facts.ts'
import { soonestVerificationMs } from './project.ts'
import { findConversation, refreshSummary, type Tx } from './store.ts'
import type { ConversationRow, DeliveryStatus, MessageRow, OutgoingMessageRow } from './tables.ts'
import { tellMembers } from './tell.ts'

export type MessageChange =
  | { kind: 'message'; facts: MessageFacts }
  | { kind: 'removed'; sid: string; index: number }
  | { kind: 'receipt'; messageSid: string; status: DeliveryStatus; errorCode: number }

/** Webhooks have this long to tell how far a message got, in milliseconds. */
const firstAskedAfterMs = 2 * 60_000
/** Chat has no receipts, and customers' messages have none that concern anybody. */
export const never = Number.MAX_SAFE_INTEGER

type Applying = Pick<Context, 'events' | 'log' | 'clock'>

/**
 * Writes changes of one conversation's messages and tells its workers. The conversation has to be known and locked.
 * Call it in a transaction of the event log.
 */
export async function applyMessages(ctx: Applying, tx: Tx, sid: string, changes: MessageChange[]): Promise<void> {
  const conversation = await findConversation(tx, sid)
  if (!conversation || changes.length === 0) return
  const told = new Map<string, MessageRow>()
  let silent = false
  const verifyDueAt = ctx.clock() + soonestVerificationMs
  await tx
    .updateTable('conversation')
    .set({ verify_due_at: verifyDueAt })
    .where('sid', '=', sid)
    .where('verify_due_at', '>', verifyDueAt)
    .execute()
  for (const change of changes) {
    const outcome = await applyChange(ctx, tx, conversation, change)
    if (outcome === 'silently') silent = true
    else if (outcome) told.set(outcome.sid, outcome)
  }
  const messages = [...told.values()].filter((message) => message.removed === 0).sort((a, b) => a.position - b.position)
  if (told.size > 0) await tellMembers(ctx, tx, sid, { messages })
  else if (silent) await refreshSummary(tx, sid)
}

/** @returns the message when its workers are to see it anew; `silently` when nothing that they look for changed. */
function applyChange(
  ctx: Applying,
  tx: Tx,
  conversation: ConversationRow,
  change: MessageChange,
): Promise<MessageRow | 'silently' | undefined> {
  if (change.kind === 'removed') return removeMessage(tx, conversation, change)
  if (change.kind === 'receipt') return applyReceipt(ctx, tx, change)
  return saveMessage(ctx, tx, conversation, change.facts)
}

async function saveMessage(
  ctx: Applying,
  tx: Tx,
  conversation: ConversationRow,
  facts: MessageFacts,
): Promise<MessageRow | 'silently' | undefined> {
  const known = await findMessage(tx, facts.sid)
  if (known) return updateMessage(tx, known, facts)
  const isInbound =
    isPhoneAuthor(facts.author) ||
    (conversation.contact_address !== '' && facts.author === conversation.contact_address)
  const receipt = await tx
    .deleteFrom('message_receipt')
    .where('message_sid', '=', facts.sid)
    .returningAll()
    .executeTakeFirst()
  const outgoing = await settleOutgoing(ctx, tx, facts)
  await raiseVerifiedIndex(tx, conversation, facts.index)
  return tx
    .insertInto('message')
    .values({
      sid: facts.sid,
      conversation_sid: facts.conversationSid,
      position: facts.index,
      author: facts.author,
      direction: isInbound ? 'inbound' : 'outbound',
      // What the engine says of a message made from an approved template need not be its text.
      body: outgoing?.content_sid ? outgoing.body : facts.body,
      outgoing_id: outgoing?.id ?? null,
      from_template: facts.fromTemplate ? 1 : 0,
      created_at: writtenAt(facts, outgoing),
      edited_at: facts.editedAt,
      status: isInbound ? 'received' : (receipt?.status ?? 'sent'),
      error_code: receipt?.error_code ?? 0,
      removed: 0,
      receipts_due_at: isInbound || conversation.channel === 'chat' ? never : facts.createdAt + firstAskedAfterMs,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** REST answers cut times to seconds: a message would seem older than what its worker wrote before it. */
function writtenAt(facts: MessageFacts, outgoing: OutgoingMessageRow | undefined): number {
  const cut = outgoing ? outgoing.created_at - facts.createdAt : 0
  return cut > 0 && cut < 1_000 ? facts.createdAt + cut : facts.createdAt
}

async function updateMessage(
  tx: Tx,
  known: MessageRow,
  facts: MessageFacts,
): Promise<MessageRow | 'silently' | undefined> {
  if (known.removed) return undefined
  const edited = facts.editedAt > known.edited_at && facts.body !== '' && facts.body !== known.body
  // Webhooks carry milliseconds, REST answers only seconds: the later time is the exact one.
  const exact = {
    created_at: Math.max(known.created_at, facts.createdAt),
    edited_at: Math.max(known.edited_at, facts.editedAt),
  }
  if (!edited && exact.created_at === known.created_at && exact.edited_at === known.edited_at) return undefined
  const row = await tx
    .updateTable('message')
    .set({ ...exact, ...(edited ? { body: facts.body } : {}) })
    .where('sid', '=', known.sid)
    .returningAll()
    .executeTakeFirstOrThrow()
  return edited ? row : 'silently'
}

/** A removed message leaves a mark, so that its "added" may come late. */
async function removeMessage(
  tx: Tx,
  conversation: ConversationRow,
  { sid, index }: { sid: string; index: number },
): Promise<MessageRow | undefined> {
  const known = await findMessage(tx, sid)
  if (known?.removed) return undefined
  if (!known) {
    const nothing = { author: '', body: '', outgoing_id: null, from_template: 0, error_code: 0, receipts_due_at: never }
    await tx
      .insertInto('message')
      .values({
        ...nothing,
        sid,
        conversation_sid: conversation.sid,
        position: index,
        direction: 'outbound',
        status: 'read',
        created_at: conversation.created_at,
        edited_at: conversation.created_at,
        removed: 1,
      })
      .execute()
    return undefined
  }
  return tx
    .updateTable('message')
    .set({ removed: 1, body: '' })
    .where('sid', '=', sid)
    .returningAll()
    .executeTakeFirstOrThrow()
}

async function applyReceipt(
  ctx: Applying,
  tx: Tx,
  { messageSid, status, errorCode }: Extract<MessageChange, { kind: 'receipt' }>,
): Promise<MessageRow | undefined> {
  const known = await findMessage(tx, messageSid)
  if (!known) {
    await keepReceipt(tx, { messageSid, status, errorCode, at: ctx.clock() })
    return undefined
  }
  if (known.removed || known.direction === 'inbound' || !isFurther(status, known.status)) return undefined
  return tx
    .updateTable('message')
    .set({ status, error_code: errorCode })
    .where('sid', '=', messageSid)
    .returningAll()
    .executeTakeFirstOrThrow()
}

/** A receipt may come before its message. */
async function keepReceipt(
  tx: Tx,
  receipt: { messageSid: string; status: DeliveryStatus; errorCode: number; at: number },
): Promise<void> {
  const { messageSid, status, errorCode, at } = receipt
  const kept = await tx
    .selectFrom('message_receipt')
    .select('status')
    .where('message_sid', '=', messageSid)
    .executeTakeFirst()
  if (kept && !isFurther(status, kept.status)) return
  const values = { status, error_code: errorCode, at }
  await tx
    .insertInto('message_receipt')
    .values({ message_sid: messageSid, ...values })
    .onConflict((on) => on.column('message_sid').doUpdateSet(values))
    .execute()
}

/** A message that carries the id of one that we sent is the answer to whether it was taken. */
async function settleOutgoing(ctx: Applying, tx: Tx, facts: MessageFacts): Promise<OutgoingMessageRow | undefined> {
  if (facts.outgoingId === null) return undefined
  const own = await tx
    .selectFrom('outgoing_message')
    .selectAll()
    .where('id', '=', facts.outgoingId)
    .where('conversation_sid', '=', facts.conversationSid)
    // Whoever writes another's id into their own message proves nothing by it.
    .where('worker', '=', facts.author)
    .executeTakeFirst()
  if (!own) return undefined
  if (own.state === 'sent') {
    if (own.message_sid !== facts.sid) ctx.log.warn({ outgoing: own.id, sid: facts.sid }, 'a message is there twice')
    return own
  }
  await tx
    .updateTable('outgoing_message')
    .set({ state: 'sent', message_sid: facts.sid })
    .where('id', '=', own.id)
    .execute()
  return own
}

/** What follows directly on what has been verified leaves no gap that would have to be asked for. */
async function raiseVerifiedIndex(tx: Tx, conversation: ConversationRow, index: number): Promise<void> {
  if (index !== conversation.verified_index + 1) return
  conversation.verified_index = index
  await tx.updateTable('conversation').set({ verified_index: index }).where('sid', '=', conversation.sid).execute()
}

function findMessage(tx: Tx, sid: string): Promise<MessageRow | undefined> {
  return tx.selectFrom('message').selectAll().where('sid', '=', sid).executeTakeFirst()
}

/** Reads a receipt's status and error. @returns `undefined` for one that says nothing of delivery. */
export function receiptChange(messageSid: string, status: string | undefined, errorCode: unknown) {
  const known = deliveryStatus(status)
  return known && { kind: 'receipt' as const, messageSid, status: known, errorCode: Number(errorCode) || 0 }
}
