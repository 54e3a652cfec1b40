import { restartTimers } from '../conversations/timers.ts'
import type { Engine } from '../engine.ts'
import { newSid } from '../sids.ts'
import { handsetAddress, putOnHandset } from '../simulator/phones.ts'
import type { ConversationRow, MessageRow, ParticipantRow } from '../tables.ts'
import { messageEvent, stateEvent } from '../webhooks/events.ts'
import type { Consequences, Tx } from '../write.ts'
import { authorAmong } from './author.ts'
import { renderContent } from './content.ts'
import type { MessageInput } from './input.ts'
import { checkLength } from './length.ts'
import { sendToCarrier } from './send.ts'

export type Arrival = MessageInput & {
  readonly source: MessageRow['source']
  /** Whether `onMessageAdded` is to be fired. */
  readonly withWebhooks: boolean
  /** The key under which a handset sent it. */
  readonly inboundKey?: string
  readonly idempotencyKey?: string | undefined
}

/**
 * Appends a message to a conversation that the transaction holds, hands it to the carrier for each non-chat
 * participant but its author, and puts it on the handsets of chat customers.
 *
 * @throws RestError 50504 when it is too long for the channels of its conversation.
 */
export async function appendMessage(
  engine: Engine,
  tx: Tx,
  consequences: Consequences,
  conversation: ConversationRow,
  arrival: Arrival,
): Promise<MessageRow> {
  const participants = await tx
    .selectFrom('participant')
    .selectAll()
    .where('conversation_sid', '=', conversation.sid)
    .execute()
  const author = authorAmong(participants, arrival.author)
  const body = arrival.body ?? (arrival.content ? await renderContent(tx, arrival.content) : null)
  checkLength(body, participants)
  const recipients = participants.filter((participant) => participant.binding_type !== null && participant !== author)

  const now = engine.clock()
  const message: MessageRow = {
    sid: newSid('IM'),
    conversation_sid: conversation.sid,
    message_index: conversation.next_index,
    author: arrival.author,
    participant_sid: author?.sid ?? null,
    body,
    attributes: arrival.attributes,
    content_sid: arrival.content?.sid ?? null,
    idempotency_key: arrival.idempotencyKey ?? null,
    source: arrival.source,
    created_at: now,
    updated_at: now,
    ...arrival.dates,
  }
  await tx.insertInto('message').values(message).execute()
  if (arrival.withWebhooks) consequences.events.push(messageEvent(engine, 'onMessageAdded', conversation, message))
  await touch(engine, tx, consequences, conversation)
  await sendToCarrier(engine, tx, consequences, conversation, message, recipients)
  await putOnHandsets(engine, tx, message, participants, author, arrival.inboundKey)
  return message
}

/** A new message restarts the timers and wakes an inactive conversation. */
async function touch(engine: Engine, tx: Tx, consequences: Consequences, before: ConversationRow): Promise<void> {
  const now = engine.clock()
  const woken = before.state === 'inactive'
  const after: ConversationRow = {
    ...before,
    state: 'active',
    next_index: before.next_index + 1,
    ...restartTimers(before, 'active', now),
    updated_at: woken ? now : before.updated_at,
  }
  const { next_index, state, inactive_at, closed_at, updated_at } = after
  await tx
    .updateTable('conversation')
    .set({ next_index, state, inactive_at, closed_at, updated_at })
    .where('sid', '=', before.sid)
    .execute()
  if (woken) consequences.events.push(stateEvent(engine, after, 'inactive', 'EVENT'))
}

/** Chat reaches its handsets at once; a carrier's message is on its sender's handset already. */
async function putOnHandsets(
  engine: Engine,
  tx: Tx,
  message: MessageRow,
  participants: ParticipantRow[],
  author: ParticipantRow | undefined,
  inboundKey: string | undefined,
): Promise<void> {
  const holders = participants.filter(({ binding_type }) => binding_type === null)
  if (author && author.binding_type !== null && message.source !== 'API') holders.push(author)
  const rows = holders.flatMap((participant) => {
    const address = handsetAddress(participant)
    if (address === undefined) return []
    const sender: 'customer' | 'business' = participant === author ? 'customer' : 'business'
    const inbound_key = participant === author ? (inboundKey ?? null) : null
    const { sid, conversation_sid } = message
    const proxy_address = participant.proxy_address ?? ''
    return [{ sid, address, proxy_address, conversation_sid, sender, body: message.body ?? '', inbound_key }]
  })
  await putOnHandset(engine, tx, rows)
}
