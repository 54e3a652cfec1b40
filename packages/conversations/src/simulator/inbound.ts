import { holdOpenConversation } from '../conversations/conversation.ts'
import type { Engine } from '../engine.ts'
import { RestError } from '../errors.ts'
import { appendMessage } from '../messages/append.ts'
import { type Tx, write } from '../write.ts'

/** What somebody types into a simulated handset. */
export type Inbound = {
  readonly from: string
  readonly body: string
  /** The same again is the same message: a double tap. */
  readonly messageId?: string | undefined
} & ({ readonly to: string } | { readonly conversationSid: string })

export type Received = { readonly messageSid: string; readonly conversationSid: string; readonly duplicate: boolean }

/**
 * Brings a customer's message into the open conversation that holds its pair of addresses, or on chat into
 * the conversation named. It is no REST write: its webhook is always fired.
 *
 * @throws RestError 20404 when no open conversation holds the pair, 50504 when it is too long.
 */
export async function receiveInbound(engine: Engine, inbound: Inbound): Promise<Received> {
  return write(engine, async (tx, consequences) => {
    const conversationSid = 'to' in inbound ? await findByPair(tx, inbound.from, inbound.to) : inbound.conversationSid
    const conversation = await holdOpenConversation(tx, conversationSid)
    const known = await findEarlier(tx, inbound)
    if (known) return { messageSid: known.sid, conversationSid: known.conversation_sid, duplicate: true }
    const author = await tx
      .selectFrom('participant')
      .select('binding_type')
      .where('conversation_sid', '=', conversation.sid)
      .where('to' in inbound ? 'address' : 'identity', '=', inbound.from)
      .executeTakeFirst()
    if (!author) throw new RestError(20404, `${inbound.from} is not in Conversation ${conversation.sid}`)
    const message = await appendMessage(engine, tx, consequences, conversation, {
      author: inbound.from,
      body: inbound.body,
      attributes: '{}',
      content: undefined,
      source: author.binding_type === 'whatsapp' ? 'WHATSAPP' : author.binding_type === 'sms' ? 'SMS' : 'SDK',
      withWebhooks: true,
      ...(inbound.messageId !== undefined && { inboundKey: inbound.messageId }),
    })
    return { messageSid: message.sid, conversationSid: conversation.sid, duplicate: false }
  })
}

async function findByPair(tx: Tx, address: string, proxyAddress: string): Promise<string> {
  const binding = await tx
    .selectFrom('binding')
    .select('conversation_sid')
    .where('address', '=', address)
    .where('proxy_address', '=', proxyAddress)
    .executeTakeFirst()
  if (!binding) throw new RestError(20404, `No open conversation connects ${address} with ${proxyAddress}`)
  return binding.conversation_sid
}

/** Looked up while the conversation is held: a second tap waits for the first. */
async function findEarlier(tx: Tx, { from, messageId }: Inbound) {
  if (messageId === undefined) return undefined
  return tx
    .selectFrom('handset_message')
    .select(['sid', 'conversation_sid'])
    .where('address', '=', from)
    .where('inbound_key', '=', messageId)
    .executeTakeFirst()
}
