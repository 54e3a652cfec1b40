import type { ChannelType, ConversationState } from '../api.ts'

/**
 * The worker's view of conversations: a copy of what the engine holds, keyed by its SIDs, which can be read again
 * from the engine at any time. Times are milliseconds since 1970.
 */
export type InboxTables = {
  conversation: ConversationRow
  conversation_member: MemberRow
  conversation_reading: ReadingRow
  message: MessageRow
  message_receipt: ReceiptRow
  outgoing_message: OutgoingMessageRow
  stored_webhook: StoredWebhookRow
}

export type ConversationRow = {
  sid: string
  display_name: string
  avatar: string | null
  customer_id: string | null
  channel: ChannelType
  /** Empty while no customer has been added. */
  contact_address: string
  proxy_address: string | null
  state: ConversationState
  created_at: number
  /** Of the last message, or of the creation. */
  updated_at: number
  last_body: string | null
  last_direction: Direction | null
  last_at: number | null
  last_status: DeliveryStatus | null
  /** Opens WhatsApp's 24-hour window for the pair of addresses (`window.ts`). */
  last_inbound_at: number | null
  /** Up to here every message is known to be here, since the engine was asked. -1: nothing has been asked. */
  verified_index: number
  /** When it is to be compared with the engine again. */
  verify_due_at: number
}

/** A worker in a conversation. */
export type MemberRow = {
  conversation_sid: string
  identity: string
  participant_sid: string | null
  /** -1: has read nothing. */
  last_read_index: number
  /** Inbound messages after `last_read_index`, counted anew at every change. */
  unread_count: number
}

/** Fences readings of the engine: one that began before another must not overwrite it. */
export type ReadingRow = { conversation_sid: string; begun: number; applied: number }

export type Direction = 'inbound' | 'outbound'
export type DeliveryStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered' | 'received'

export type MessageRow = {
  sid: string
  conversation_sid: string
  position: number
  author: string
  direction: Direction
  body: string
  /** The id of our own `outgoing_message`, from the message's attributes. */
  outgoing_id: string | null
  from_template: number
  created_at: number
  edited_at: number
  status: DeliveryStatus
  error_code: number
  /** 1: removed; kept so that a late "added" does not bring it back. */
  removed: number
  /** When the engine is to be asked how far it got, should no webhook tell. */
  receipts_due_at: number
}

/** The furthest that a message has got, which may be known before the message itself. */
export type ReceiptRow = { message_sid: string; status: DeliveryStatus; error_code: number; at: number }

/**
 * `queued`: not asked of the engine yet, or refused for being too many. `sending`: asked, and the answer is not known.
 * `refused`: never left, since the conversation did not allow it; only there to answer a repeated request alike.
 */
export type OutgoingState = 'queued' | 'sending' | 'sent' | 'failed' | 'refused'

/** What workers send: recorded before it is sent. */
export type OutgoingMessageRow = {
  /** Travels in the message's attributes. */
  id: string
  conversation_sid: string
  worker: string
  idempotency_key: string
  /** Worker and key, unique; `null` after a day, when the key may be used anew. */
  claim: string | null
  input_hash: string
  body: string
  from_template: number
  content_sid: string | null
  content_variables: string | null
  state: OutgoingState
  message_sid: string | null
  error_code: number
  /** The answer to a repeated request, when `refused`: JSON. */
  refusal: string | null
  position: number
  created_at: number
  attempts: number
  /** When the engine was last asked to create it. */
  asked_at: number
  due_at: number
}

/** A webhook that has been verified and answered, and not been worked on yet. */
export type StoredWebhookRow = {
  /** A hash of its content: the same webhook again is not stored twice. */
  id: string
  conversation_sid: string
  type: string
  params: string
  position: number
  received_at: number
  attempts: number
  due_at: number
}
