import type { Conversation, Message } from '../api.ts'
import { failureOf } from './failures.ts'
import type { NameOf } from './names.ts'
import type { ConversationRow, MessageRow, OutgoingMessageRow } from './tables.ts'

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

/** A conversation as one of its workers sees it. */
export function presentConversation(row: ConversationRow, unreadCount: number): Conversation {
  return {
    sid: row.sid,
    displayName: row.display_name,
    ...(row.avatar === null ? {} : { avatar: row.avatar }),
    ...(row.customer_id === null ? {} : { customerId: row.customer_id }),
    channel: row.channel,
    contactAddress: row.contact_address,
    proxyAddress: row.proxy_address,
    state: row.state,
    unreadCount,
    ...presentLastMessage(row),
    createdAt: isoTime(row.created_at),
    updatedAt: isoTime(row.updated_at),
  }
}

function presentLastMessage(row: ConversationRow): Pick<Conversation, 'lastMessage'> {
  const { last_body: body, last_direction: direction, last_at: at, last_status: status } = row
  if (body === null || direction === null || at === null || status === null) return {}
  return { lastMessage: { body, direction, at: isoTime(at), status } }
}

/** A message that the engine holds. The customer is shown by the conversation's name. */
export function presentMessage(
  row: MessageRow,
  conversation: Pick<ConversationRow, 'display_name'>,
  nameOf: NameOf,
  key: string | undefined,
): Message {
  const displayName = row.direction === 'inbound' ? conversation.display_name : nameOf(row.author)
  return {
    sid: row.sid,
    ...(key === undefined ? {} : { key }),
    conversationSid: row.conversation_sid,
    index: row.position,
    direction: row.direction,
    author: { displayName, identity: row.author },
    body: row.body,
    fromTemplate: row.from_template === 1,
    createdAt: isoTime(row.created_at),
    status: row.status,
    ...(row.status === 'failed' || row.status === 'undelivered' ? { failure: failureOf(row.error_code) } : {}),
  }
}

/** A message that the engine has not taken, or not yet. */
export function presentOutgoing(row: OutgoingMessageRow, nameOf: NameOf): Message {
  const failed = row.state === 'failed'
  return {
    sid: null,
    key: row.idempotency_key,
    conversationSid: row.conversation_sid,
    index: null,
    direction: 'outbound',
    author: { displayName: nameOf(row.worker), identity: row.worker },
    body: row.body,
    fromTemplate: row.from_template === 1,
    createdAt: isoTime(row.created_at),
    status: failed ? 'failed' : 'sending',
    ...(failed ? { failure: failureOf(row.error_code) } : {}),
  }
}
