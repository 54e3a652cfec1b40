import { holdOpenConversation } from '../conversations/conversation.ts'
import type { Engine } from '../engine.ts'
import { notFound, RestError } from '../errors.ts'
import { changeForm, formOf } from '../http/form.ts'
import { appendMessage } from '../messages/append.ts'
import { type MessageInput, readMessageInput } from '../messages/input.ts'
import type { MessageSource } from '../tables.ts'
import { askBefore } from '../webhooks/before.ts'
import { type Tx, write } from '../write.ts'

type Reader = Pick<Tx, 'selectFrom'>

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
 * the conversation named. It is no REST write: its webhooks are always fired, before and after.
 *
 * @throws RestError 20404 when no open conversation holds the pair, 50504 when it is too long, 20403 when the
 *   service's pre-action webhook rejects it.
 */
export async function receiveInbound(engine: Engine, inbound: Inbound): Promise<Received> {
  const asked = await askAbout(engine, inbound)
  if ('messageSid' in asked) return asked
  return write(engine, async (tx, consequences) => {
    const conversation = await holdOpenConversation(tx, await placeOf(tx, inbound))
    const known = await findEarlier(tx, inbound)
    if (known) return known
    const { source } = await getSender(tx, conversation.sid, inbound)
    const message = await appendMessage(engine, tx, consequences, conversation, {
      ...asked,
      // Whatever the receiver says: a phone's message is of its owner.
      author: inbound.from,
      source,
      withWebhooks: true,
      ...(inbound.messageId !== undefined && { inboundKey: inbound.messageId }),
    })
    return { messageSid: message.sid, conversationSid: conversation.sid, duplicate: false }
  })
}

/** @returns the message as the service's pre-action webhook would have it, or the one that it was already. */
async function askAbout(engine: Engine, inbound: Inbound): Promise<MessageInput | Received> {
  const { db } = engine.database
  const written = { Author: inbound.from, Body: inbound.body, Attributes: '{}' }
  const conversationSid = await placeOf(db, inbound)
  const known = await findEarlier(db, inbound)
  if (known) return known
  const service = await db
    .selectFrom('service')
    .innerJoin('conversation', 'conversation.service_sid', 'service.sid')
    .selectAll('service')
    .where('conversation.sid', '=', conversationSid)
    .executeTakeFirst()
  if (!service) throw notFound(`/Conversations/${conversationSid}`)
  const changes = await askBefore(engine, service, 'onMessageAdd', async () => {
    const { sid, source } = await getSender(db, conversationSid, inbound)
    return { ...written, ConversationSid: conversationSid, ParticipantSid: sid, Source: source }
  })
  return readMessageInput(changeForm(formOf(written), changes ?? {}))
}

async function placeOf(db: Reader, inbound: Inbound): Promise<string> {
  return 'to' in inbound ? findByPair(db, inbound.from, inbound.to) : inbound.conversationSid
}

/** @throws RestError 20404 when whoever wrote it is not in the conversation. */
async function getSender(db: Reader, conversationSid: string, inbound: Inbound) {
  const row = await db
    .selectFrom('participant')
    .select(['sid', 'binding_type'])
    .where('conversation_sid', '=', conversationSid)
    .where('to' in inbound ? 'address' : 'identity', '=', inbound.from)
    .executeTakeFirst()
  if (!row) throw new RestError(20404, `${inbound.from} is not in Conversation ${conversationSid}`)
  const source: MessageSource =
    row.binding_type === 'whatsapp' ? 'WHATSAPP' : row.binding_type === 'sms' ? 'SMS' : 'SDK'
  return { sid: row.sid, source }
}

async function findByPair(db: Reader, address: string, proxyAddress: string): Promise<string> {
  const binding = await db
    .selectFrom('binding')
    .select('conversation_sid')
    .where('address', '=', address)
    .where('proxy_address', '=', proxyAddress)
    .executeTakeFirst()
  if (!binding) throw new RestError(20404, `No open conversation connects ${address} with ${proxyAddress}`)
  return binding.conversation_sid
}

/** Looked up again while the conversation is held: a second tap waits for the first. */
async function findEarlier(db: Reader, { from, messageId }: Inbound): Promise<Received | undefined> {
  if (messageId === undefined) return undefined
  const row = await db
    .selectFrom('handset_message')
    .select(['sid', 'conversation_sid'])
    .where('address', '=', from)
    .where('inbound_key', '=', messageId)
    .executeTakeFirst()
  return row && { messageSid: row.sid, conversationSid: row.conversation_sid, duplicate: true }
}
