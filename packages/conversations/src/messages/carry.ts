import { holdConversation } from '../conversations/conversation.ts'
import type { Engine } from '../engine.ts'
import { putOnHandset } from '../simulator/phones.ts'
import type { ConversationRow, ReceiptRow } from '../tables.ts'
import { deliveryEvent } from '../webhooks/events.ts'
import { type Consequences, type Tx, write } from '../write.ts'

const batchSize = 100

/**
 * The simulated carrier: brings messages that are due to their handsets (sent → delivered, and → read on WhatsApp).
 *
 * @returns when the next one is due (milliseconds since 1970), or undefined.
 */
export async function carryMessages(engine: Engine, isStopping = () => false): Promise<number | undefined> {
  const { db } = engine.database
  while (!isStopping()) {
    const due = await db
      .selectFrom('carrier_job')
      .select('conversation_sid')
      .where('due_at', '<=', engine.clock())
      .orderBy('due_at')
      .limit(batchSize)
      .execute()
    if (due.length === 0) break
    for (const sid of new Set(due.map((job) => job.conversation_sid))) await carryMessagesOf(engine, sid)
  }
  const next = await db
    .selectFrom('carrier_job')
    .select(({ fn }) => fn.min<number | null>('due_at').as('at'))
    .executeTakeFirst()
  return next?.at ?? undefined
}

/** One conversation at a time, held: another process that saw the same jobs then finds them done. */
async function carryMessagesOf(engine: Engine, sid: string): Promise<void> {
  await write(engine, async (tx, consequences) => {
    const conversation = await holdConversation(tx, sid)
    if (!conversation) return
    const due = await tx
      .selectFrom('carrier_job')
      .innerJoin('receipt', 'receipt.sid', 'carrier_job.receipt_sid')
      .selectAll('receipt')
      .where('carrier_job.conversation_sid', '=', sid)
      .where('carrier_job.due_at', '<=', engine.clock())
      .orderBy('carrier_job.due_at')
      .limit(batchSize)
      .execute()
    for (const receipt of due) await carry(engine, tx, consequences, conversation, receipt)
  })
}

async function carry(
  engine: Engine,
  tx: Tx,
  { events }: Consequences,
  conversation: ConversationRow,
  receipt: ReceiptRow,
): Promise<void> {
  // A participant who was removed meanwhile no longer has a handset in this conversation.
  const recipient = await tx
    .selectFrom('participant')
    .selectAll()
    .where('sid', '=', receipt.participant_sid)
    .executeTakeFirst()
  const address = recipient?.address ?? null
  const job = tx.deleteFrom('carrier_job').where('receipt_sid', '=', receipt.sid)
  if (!recipient || address === null) {
    await job.execute()
    return
  }
  const fault = await tx.selectFrom('fault').selectAll().where('address', '=', address).executeTakeFirst()
  const now = engine.clock()
  const after: ReceiptRow =
    receipt.status === 'delivered'
      ? { ...receipt, status: 'read', updated_at: now }
      : fault
        ? { ...receipt, status: fault.status, error_code: fault.error_code, updated_at: now }
        : { ...receipt, status: 'delivered', updated_at: now }
  const { status, error_code, updated_at } = after
  await tx.updateTable('receipt').set({ status, error_code, updated_at }).where('sid', '=', receipt.sid).execute()
  events.push(deliveryEvent(engine, conversation, after))
  if (status === 'delivered') {
    const { body } = await tx
      .selectFrom('message')
      .select('body')
      .where('sid', '=', receipt.message_sid)
      .executeTakeFirstOrThrow()
    const place = { address, proxy_address: recipient.proxy_address ?? '', conversation_sid: conversation.sid }
    const row = { sid: receipt.message_sid, ...place, sender: 'business' as const, inbound_key: null }
    await putOnHandset(engine, tx, [{ ...row, body: body ?? '' }])
  }
  if (status === 'delivered' && recipient.binding_type === 'whatsapp') {
    const due_at = now + engine.carrier.readAfterMs
    await tx.updateTable('carrier_job').set({ due_at }).where('receipt_sid', '=', receipt.sid).execute()
  } else {
    await job.execute()
  }
}
