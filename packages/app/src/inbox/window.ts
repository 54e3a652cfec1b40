/** WhatsApp's 24-hour window: free text from one message of the customer until a day later, templates at any time. */
import type { ConversationDetails } from '../api.ts'
import { isoTime } from './present.ts'
import type { Store } from './store.ts'
import type { ConversationRow } from './tables.ts'

/** https://www.twilio.com/docs/whatsapp/key-concepts#customer-service-windows */
const windowMs = 24 * 60 * 60_000

/** Whether free text may be sent now; outside the window only approved templates may (63016). */
export async function windowOf(
  db: Store,
  conversation: Pick<ConversationRow, 'channel' | 'contact_address' | 'proxy_address'>,
  now: number,
): Promise<ConversationDetails['window']> {
  if (conversation.channel !== 'whatsapp') return { freeText: true }
  const lastInboundAt = await lastInbound(db, conversation)
  if (lastInboundAt === null) {
    return {
      freeText: false,
      reason: 'The customer has not written yet. On WhatsApp a conversation begins with an approved template.',
    }
  }
  const closesAt = lastInboundAt + windowMs
  if (now < closesAt) return { freeText: true, closesAt: isoTime(closesAt) }
  return {
    freeText: false,
    reason:
      'The customer’s last message is more than 24 hours old. WhatsApp takes only an approved template until they write again.',
  }
}

/** WhatsApp knows numbers and no conversations: one that was closed counts as well. */
async function lastInbound(
  db: Store,
  { contact_address, proxy_address }: Pick<ConversationRow, 'contact_address' | 'proxy_address'>,
): Promise<number | null> {
  const { at } = await db
    .selectFrom('conversation')
    .select((eb) => eb.fn.max<number | string | null>('last_inbound_at').as('at'))
    .where('contact_address', '=', contact_address)
    .where('proxy_address', '=', proxy_address)
    .executeTakeFirstOrThrow()
  return at === null ? null : Number(at)
}
