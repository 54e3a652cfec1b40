import type { Engine } from '../engine.ts'
import type { ConversationRow, ConversationState, MessageRow, ParticipantRow, ReceiptRow } from '../tables.ts'
import type { EventName, PostActionEvent, WebhookEvent } from './outbox.ts'

/** What an event is about: the conversation's two SIDs. */
export type Subject = Pick<ConversationRow, 'sid' | 'service_sid'>
/** Who changed a conversation's state: a request, a timer, or a message that arrived. */
export type StateReason = 'API' | 'TIMER' | 'EVENT'
type Source = MessageRow['source']
export type Params = Record<string, string | number | null | undefined>

export function conversationEvent(
  engine: Engine,
  type: Extract<PostActionEvent, `onConversation${'Added' | 'Updated' | 'Removed'}`>,
  conversation: ConversationRow,
): WebhookEvent {
  return event(engine, type, conversation, 'API', {
    ...conversationParams(conversation),
    DateRemoved: type === 'onConversationRemoved' ? isoTime(engine.clock()) : undefined,
  })
}

export function conversationParams(conversation: ConversationRow): Params {
  return {
    ConversationSid: conversation.sid,
    DateCreated: isoTime(conversation.created_at),
    DateUpdated: isoTime(conversation.updated_at),
    FriendlyName: conversation.friendly_name,
    UniqueName: conversation.unique_name,
    Attributes: conversation.attributes,
    State: conversation.state,
    MessagingServiceSid: conversation.messaging_service_sid,
  }
}

export function stateEvent(
  engine: Engine,
  conversation: ConversationRow,
  from: ConversationState,
  reason: StateReason,
): WebhookEvent {
  return event(engine, 'onConversationStateUpdated', conversation, undefined, {
    StateUpdated: isoTime(conversation.updated_at),
    StateFrom: from,
    StateTo: conversation.state,
    Reason: reason,
    MessagingServiceSid: conversation.messaging_service_sid,
  })
}

export function participantEvent(
  engine: Engine,
  type: Extract<PostActionEvent, `onParticipant${string}`>,
  subject: Subject,
  participant: ParticipantRow,
): WebhookEvent {
  return event(engine, type, subject, 'API', {
    ...participantParams(participant),
    DateUpdated: type === 'onParticipantAdded' ? undefined : isoTime(participant.updated_at),
    DateRemoved: type === 'onParticipantRemoved' ? isoTime(engine.clock()) : undefined,
    LastReadMessageIndex: type === 'onParticipantUpdated' ? participant.last_read_message_index : undefined,
  })
}

export function participantParams(participant: ParticipantRow): Params {
  return {
    ConversationSid: participant.conversation_sid,
    ParticipantSid: participant.sid,
    DateCreated: isoTime(participant.created_at),
    Identity: participant.identity,
    Attributes: participant.attributes,
    'MessagingBinding.Address': participant.address,
    'MessagingBinding.ProxyAddress': participant.proxy_address,
    'MessagingBinding.Type': (participant.binding_type ?? 'chat').toUpperCase(),
  }
}

export function messageEvent(
  engine: Engine,
  type: Extract<PostActionEvent, `onMessage${string}`>,
  subject: Subject,
  message: MessageRow,
  source: Source = message.source,
): WebhookEvent {
  return event(engine, type, subject, source, {
    ...messageParams(message),
    DateUpdated: type === 'onMessageAdded' ? undefined : isoTime(message.updated_at),
    DateRemoved: type === 'onMessageRemoved' ? isoTime(engine.clock()) : undefined,
  })
}

export function messageParams(message: MessageRow): Params {
  return {
    ConversationSid: message.conversation_sid,
    MessageSid: message.sid,
    Index: message.message_index,
    DateCreated: isoTime(message.created_at),
    Body: message.body ?? '',
    Author: message.author,
    ParticipantSid: message.participant_sid,
    Attributes: message.attributes,
    ContentSid: message.content_sid,
  }
}

export function deliveryEvent(engine: Engine, subject: Subject, receipt: ReceiptRow): WebhookEvent {
  return event(engine, 'onDeliveryUpdated', subject, undefined, {
    MessageSid: receipt.message_sid,
    DeliveryReceiptSid: receipt.sid,
    ChannelMessageSid: receipt.channel_message_sid,
    ParticipantSid: receipt.participant_sid,
    Status: receipt.status,
    ErrorCode: receipt.error_code,
    DateCreated: isoTime(receipt.created_at),
    DateUpdated: isoTime(receipt.updated_at),
  })
}

function event(
  engine: Engine,
  type: PostActionEvent,
  subject: Subject,
  source: Source | undefined,
  params: Params,
): WebhookEvent {
  return {
    type,
    serviceSid: subject.service_sid,
    conversationSid: subject.sid,
    params: webhookParams(engine, type, subject.service_sid, {
      ConversationSid: subject.sid,
      Source: source,
      ...params,
    }),
  }
}

/** What every webhook says, and of the rest what there is. */
export function webhookParams(
  engine: Engine,
  type: EventName,
  serviceSid: string,
  params: Params,
): Record<string, string> {
  const { accountSid } = engine.account
  const all: Params = { EventType: type, AccountSid: accountSid, ChatServiceSid: serviceSid, ...params }
  const given = Object.entries(all).filter(([, value]) => value !== null && value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

/** Webhooks carry milliseconds, as the live ones do; REST answers carry seconds. */
function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}
