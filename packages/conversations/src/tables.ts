/** Rows as they are stored: text and integers only, times in milliseconds since 1970, JSON as text. */

export type ConversationState = 'active' | 'inactive' | 'closed'
export type BindingType = 'sms' | 'whatsapp'
export type ReceiptStatus = 'sent' | 'delivered' | 'read' | 'failed' | 'undelivered'

export type ServiceRow = {
  sid: string
  friendly_name: string
  is_default: number
  /** null: not set over REST, so the embedding process's own target counts; '': none. */
  post_webhook_url: string | null
  /** null or '': nobody is asked. */
  pre_webhook_url: string | null
  /** JSON array of events; null: all of them. */
  webhook_filters: string | null
  created_at: number
  updated_at: number
}

export type ConversationRow = {
  sid: string
  service_sid: string
  unique_name: string | null
  friendly_name: string | null
  attributes: string
  state: ConversationState
  messaging_service_sid: string | null
  /** The durations as they were given, and the moments that they come to. */
  timer_inactive: string | null
  timer_closed: string | null
  inactive_at: number | null
  closed_at: number | null
  next_index: number
  created_by: string
  created_at: number
  updated_at: number
}

export type ParticipantRow = {
  sid: string
  conversation_sid: string
  identity: string | null
  binding_type: BindingType | null
  address: string | null
  proxy_address: string | null
  attributes: string
  last_read_message_index: number | null
  last_read_timestamp: string | null
  created_at: number
  updated_at: number
}

/** Held only while the conversation is not closed: the primary key is what keeps a pair in one conversation. */
export type BindingRow = { address: string; proxy_address: string; conversation_sid: string; participant_sid: string }

export type MessageRow = {
  sid: string
  conversation_sid: string
  message_index: number
  author: string
  participant_sid: string | null
  body: string | null
  attributes: string
  content_sid: string | null
  /** Of the request that sent it: the same again in the same conversation is the same message. */
  idempotency_key: string | null
  source: MessageSource
  created_at: number
  updated_at: number
}
export type MessageSource = 'API' | 'SDK' | 'SMS' | 'WHATSAPP'

export type ReceiptRow = {
  sid: string
  message_sid: string
  conversation_sid: string
  participant_sid: string
  channel_message_sid: string
  status: ReceiptStatus
  error_code: number
  created_at: number
  updated_at: number
}

/** What the carrier has still to do for a receipt. */
export type CarrierJobRow = { receipt_sid: string; conversation_sid: string; due_at: number }

export type WebhookEventRow = {
  id: string
  position: number
  service_sid: string
  conversation_sid: string
  event_type: string
  /** JSON object of the parameters. */
  params: string
  attempts: number
  due_at: number
  created_at: number
}

/**
 * A conversation with events in the outbox: one row, however many they are. There is nothing to send before `due_at`;
 * when something is, it is no later.
 */
export type WebhookLaneRow = { conversation_sid: string; service_sid: string; due_at: number }

/** A simulated handset: a contact address, or the identity of a chat customer. */
export type PhoneRow = { address: string; channel: string; display_name: string | null; last_activity_at: number }

/** What a handset has received and sent; it outlives the conversation, as a delivered text message does. */
export type HandsetMessageRow = {
  sid: string
  address: string
  /** '' on chat, which has no business number. */
  proxy_address: string
  conversation_sid: string
  sender: 'customer' | 'business'
  body: string
  /** The key under which the handset sent it: the same key again is the same message. */
  inbound_key: string | null
  position: number
  at: number
}

export type ContentRow = { content_sid: string; body: string }
export type FaultRow = { address: string; status: 'failed' | 'undelivered'; error_code: number }

export type ConversationsTables = {
  service: ServiceRow
  conversation: ConversationRow
  participant: ParticipantRow
  binding: BindingRow
  message: MessageRow
  receipt: ReceiptRow
  carrier_job: CarrierJobRow
  webhook_event: WebhookEventRow
  webhook_lane: WebhookLaneRow
  phone: PhoneRow
  handset_message: HandsetMessageRow
  content: ContentRow
  fault: FaultRow
}
