import type { Engine } from '../engine.ts'
import { newSid } from '../sids.ts'
import type { ConversationRow, MessageRow, ParticipantRow, ReceiptRow } from '../tables.ts'
import { deliveryEvent } from '../webhooks/events.ts'
import type { Consequences, Tx } from '../write.ts'

const whatsAppWindowMs = 24 * 3_600_000
/** Free text outside the window: https://www.twilio.com/docs/api/errors/63016 */
const outsideWindow = 63016

/** Hands a message to the carrier for each recipient: a receipt that says `sent`, or `failed` outside the window. */
export async function sendToCarrier(
  engine: Engine,
  tx: Tx,
  consequences: Consequences,
  conversation: ConversationRow,
  message: MessageRow,
  recipients: readonly ParticipantRow[],
): Promise<void> {
  for (const recipient of recipients) {
    const now = engine.clock()
    const refused = message.content_sid === null && !(await takesFreeText(engine, tx, recipient))
    const receipt: ReceiptRow = {
      sid: newSid('DY'),
      message_sid: message.sid,
      conversation_sid: conversation.sid,
      participant_sid: recipient.sid,
      channel_message_sid: newSid(recipient.binding_type === 'whatsapp' ? 'WA' : 'SM'),
      status: refused ? 'failed' : 'sent',
      error_code: refused ? outsideWindow : 0,
      created_at: now,
      updated_at: now,
    }
    await tx.insertInto('receipt').values(receipt).execute()
    consequences.events.push(deliveryEvent(engine, conversation, receipt))
    if (refused) continue
    const due_at = now + engine.carrier.deliverAfterMs
    const job = { receipt_sid: receipt.sid, conversation_sid: conversation.sid, due_at }
    await tx.insertInto('carrier_job').values(job).execute()
    consequences.carrierHasWork = true
  }
}

/** WhatsApp takes free text for 24 hours after the customer's last message to the same number. */
async function takesFreeText(engine: Engine, tx: Tx, recipient: ParticipantRow): Promise<boolean> {
  if (recipient.binding_type !== 'whatsapp') return true
  const inbound = await tx
    .selectFrom('handset_message')
    .select(({ fn }) => fn.max<number | null>('at').as('at'))
    .where('address', '=', recipient.address)
    .where('proxy_address', '=', recipient.proxy_address)
    .where('sender', '=', 'customer')
    .executeTakeFirst()
  return typeof inbound?.at === 'number' && engine.clock() - inbound.at < whatsAppWindowMs
}
