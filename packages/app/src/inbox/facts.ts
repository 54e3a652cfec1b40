/** What the engine says of conversations and messages, read from its REST answers and from its webhooks alike. */
import { type ChannelType, isPhoneNumber, isWhatsAppAddress } from '@firstline/addresses'
import type { ConversationState } from '../api.ts'
import type { EngineConversation, EngineMessage, EngineParticipant } from '../engine/engine.ts'
import type { DeliveryStatus } from './tables.ts'

export type ConversationFacts = {
  sid: string
  displayName: string
  avatar: string | null
  state: ConversationState
  createdAt: number
  /** Absent while no customer has been added. */
  customer?: { customerId: string | null; channel: ChannelType; contactAddress: string; proxyAddress: string | null }
  workers: { identity: string; participantSid: string }[]
}

export type MessageFacts = {
  sid: string
  conversationSid: string
  index: number
  author: string
  body: string
  /** The id of our own outgoing message. */
  outgoingId: string | null
  fromTemplate: boolean
  createdAt: number
  editedAt: number
}

/** The name in a message's attributes under which our own id travels. */
const keyAttribute = 'firstline_key'
const templateAttribute = 'firstline_template'

/** The attributes of a message of ours. */
export function messageAttributes(outgoing: { id: string; from_template: number }): string {
  return JSON.stringify({
    [keyAttribute]: outgoing.id,
    ...(outgoing.from_template ? { [templateAttribute]: true } : {}),
  })
}

/** Reads a conversation with its participants. The customer is whom an address or a `customer_id` shows to be one. */
export function conversationFacts(
  conversation: EngineConversation,
  participants: EngineParticipant[],
): ConversationFacts {
  const parts = participants.map((participant) => ({
    participant,
    attributes: jsonObject(participant.attributes),
    binding: participant.messagingBinding as { address?: string; proxy_address?: string } | null,
  }))
  const customer =
    parts.find(({ binding }) => binding?.address) ?? parts.find(({ attributes }) => 'customer_id' in attributes)
  const contactAddress = customer?.binding?.address ?? customer?.participant.identity ?? ''
  const displayName =
    storable(conversation.friendlyName) ||
    textIn(customer?.attributes, 'display_name') ||
    contactAddress ||
    conversation.sid
  return {
    sid: conversation.sid,
    displayName,
    avatar: textIn(jsonObject(conversation.attributes), 'avatar') ?? textIn(customer?.attributes, 'avatar') ?? null,
    state: stateOf(conversation.state),
    createdAt: conversation.dateCreated.getTime(),
    ...(customer && {
      customer: {
        customerId: textIn(customer.attributes, 'customer_id') ?? null,
        channel: channelOf(contactAddress, customer.binding?.address !== undefined),
        contactAddress,
        proxyAddress: customer.binding?.proxy_address ?? null,
      },
    }),
    workers: parts
      .filter((part) => part !== customer && part.participant.identity && !('customer_id' in part.attributes))
      .map(({ participant }) => ({ identity: participant.identity, participantSid: participant.sid })),
  }
}

function channelOf(address: string, isBinding: boolean): ChannelType {
  if (!isBinding) return 'chat'
  return isWhatsAppAddress(address) ? 'whatsapp' : 'sms'
}

function stateOf(state: string): ConversationState {
  return state === 'closed' || state === 'inactive' ? state : 'active'
}

/** Reads a message from a REST answer. */
export function messageFacts(message: EngineMessage): MessageFacts {
  const attributes = jsonObject(message.attributes)
  const createdAt = message.dateCreated.getTime()
  return {
    sid: message.sid,
    conversationSid: message.conversationSid,
    index: message.index,
    author: storable(message.author),
    body: storable(message.body) || attachmentText(message.media),
    outgoingId: textIn(attributes, keyAttribute) ?? null,
    fromTemplate: attributes[templateAttribute] === true || Boolean(message.contentSid),
    createdAt,
    editedAt: message.dateUpdated?.getTime() ?? createdAt,
  }
}

/**
 * Reads a message from the parameters of `onMessageAdded` or `onMessageUpdated`.
 *
 * @returns `undefined` when something that identifies it is missing: then it has to be fetched.
 */
export function messageFactsFromWebhook(params: Record<string, string>): MessageFacts | undefined {
  const { ConversationSid, MessageSid, Author, DateCreated, DateUpdated } = params
  const index = Number(params['Index'] || Number.NaN)
  const createdAt = Date.parse(DateCreated ?? '')
  if (!ConversationSid || !MessageSid || Author === undefined || !Number.isSafeInteger(index)) return undefined
  if (Number.isNaN(createdAt)) return undefined
  const attributes = jsonObject(params['Attributes'])
  const editedAt = Date.parse(DateUpdated ?? '')
  return {
    sid: MessageSid,
    conversationSid: ConversationSid,
    index,
    author: storable(Author),
    body: storable(params['Body']) || attachmentText(jsonValue(params['Media'])),
    outgoingId: textIn(attributes, keyAttribute) ?? null,
    fromTemplate: attributes[templateAttribute] === true || Boolean(params['ContentSid']),
    createdAt,
    editedAt: Number.isNaN(editedAt) ? createdAt : editedAt,
  }
}

/** Pictures and files are not shown yet; that one came is. */
function attachmentText(media: unknown): string {
  if (!Array.isArray(media) || media.length === 0) return ''
  const kinds = media.map((one: Record<string, unknown>) => one?.['content_type'] ?? one?.['ContentType'] ?? 'file')
  return `[${media.length === 1 ? 'Attachment' : 'Attachments'}: ${kinds.join(', ')}]`
}

/** Whether an author is a customer's phone, whichever customer it is. */
export function isPhoneAuthor(author: string): boolean {
  return isPhoneNumber(author) || isWhatsAppAddress(author)
}

/** How far each status is; a message never goes back. */
const ranks: Readonly<Record<DeliveryStatus, number>> = {
  received: 0,
  sent: 1,
  delivered: 2,
  read: 3,
  undelivered: 4,
  failed: 5,
}

/** Whether a status is news after another. Statuses may come in any order; the furthest one counts. */
export function isFurther(status: DeliveryStatus, than: DeliveryStatus): boolean {
  return ranks[status] > ranks[than]
}

/** Reads a receipt's status. @returns `undefined` for one that says nothing of delivery (`queued`, …). */
export function deliveryStatus(status: string | undefined): DeliveryStatus | undefined {
  return status && status !== 'received' && Object.hasOwn(ranks, status) ? (status as DeliveryStatus) : undefined
}

/** PostgreSQL's text cannot hold the NUL character. */
function storable(text: string | undefined | null): string {
  return (text ?? '').replaceAll('\0', '').toWellFormed()
}

function jsonValue(text: string | undefined | null): unknown {
  try {
    return JSON.parse(text || 'null')
  } catch {
    return undefined
  }
}

function jsonObject(text: string | undefined | null): Record<string, unknown> {
  const value = jsonValue(text)
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
}

function textIn(from: Record<string, unknown> | undefined, name: string): string | undefined {
  const value = from?.[name]
  if (typeof value === 'string' && value !== '') return storable(value)
  return typeof value === 'number' ? String(value) : undefined
}
