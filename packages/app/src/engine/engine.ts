import BaseTwilio from 'twilio/lib/base/BaseTwilio.js'
import Conversations from 'twilio/lib/rest/Conversations.js'
import type { DeliveryReceiptInstance } from 'twilio/lib/rest/conversations/v1/service/conversation/message/deliveryReceipt.js'
import type { MessageInstance } from 'twilio/lib/rest/conversations/v1/service/conversation/message.js'
import type { ParticipantInstance } from 'twilio/lib/rest/conversations/v1/service/conversation/participant.js'
import type { ConversationInstance } from 'twilio/lib/rest/conversations/v1/service/conversation.js'
import type { ParticipantConversationInstance } from 'twilio/lib/rest/conversations/v1/service/participantConversation.js'
import { createCircuit } from './circuit.ts'
import { type EngineError, isNotFound, toEngineError } from './error.ts'
import { type EngineTransport, FetchRequestClient } from './transport.ts'

export type EngineConversation = ConversationInstance
export type EngineMessage = MessageInstance
export type EngineParticipant = ParticipantInstance
export type EngineReceipt = DeliveryReceiptInstance

export type EngineOptions = EngineTransport & {
  accountSid: string
  authToken: string
  /** `IS` + 32 hex: the Conversations service in which everything happens. */
  serviceSid: string
  /** Told when the engine is given up on for the moment, and when it answers again. */
  onDown?: (isDown: boolean) => void
}

export type NewMessage = {
  author: string
  /** JSON; ours carries the message key. */
  attributes: string
} & ({ body: string } | { contentSid: string; contentVariables?: string | undefined; body?: string })

/** A worker may be waiting for it. */
const probeTimeoutMs = 2_000

/** Everything the app asks of Twilio Conversations, or of the embedded engine, which is the same to it. */
export type Engine = ReturnType<typeof connectEngine>

/** Reactions to our own writes come back as webhooks too, so that every write has one way into the projection. */
const webhooks = { xTwilioWebhookEnabled: 'true' } as const

/**
 * Connects the official client to the engine.
 *
 * Every function throws only `EngineError`. Where "not there" is an answer and not a failure, it is `undefined`.
 */
export function connectEngine(options: EngineOptions) {
  const probed = openService(options, new FetchRequestClient({ ...options, timeoutMs: probeTimeoutMs }))
  const circuit = createCircuit({
    probe: () => attempt(() => probed.fetch()).catch(unlessAnswered),
    onChange: options.onDown,
  })
  const service = openService(options, new FetchRequestClient(options, circuit))
  const conversation = (sid: string) => service.conversations(sid)

  return {
    /** Whether it is given up on for the moment: every function then throws `down`, and asks nothing. */
    isDown: circuit.isOpen,

    /** @param input.uniqueName makes a repeat recognisable: a second create with it is refused. */
    createConversation: (input: { uniqueName: string; friendlyName: string; attributes: string }) =>
      attempt<EngineConversation>(() => service.conversations.create({ ...input, ...webhooks })),

    /** @param key a SID, or a unique name. */
    fetchConversation: (key: string) => orMissing<EngineConversation>(() => conversation(key).fetch()),

    closeConversation: (sid: string) =>
      attempt<EngineConversation>(() => conversation(sid).update({ state: 'closed', ...webhooks })),

    /** Deleting what is not there succeeds. */
    deleteConversation: (sid: string) => orMissing<boolean>(() => conversation(sid).remove(webhooks)),

    listConversations: (input: { limit?: number; state?: 'active' | 'inactive' | 'closed' }) =>
      attempt<EngineConversation[]>(() => service.conversations.list({ pageSize: 100, ...input })),

    /** Adds a customer who is reached over sms or whatsapp. */
    addContact: (sid: string, input: { address: string; proxyAddress: string; attributes: string }) =>
      attempt<EngineParticipant>(() =>
        conversation(sid).participants.create({
          'messagingBinding.address': input.address,
          'messagingBinding.proxyAddress': input.proxyAddress,
          attributes: input.attributes,
          ...webhooks,
        }),
      ),

    /** Adds a worker, or a customer who is reached over chat. */
    addIdentity: (sid: string, input: { identity: string; attributes: string }) =>
      attempt<EngineParticipant>(() => conversation(sid).participants.create({ ...input, ...webhooks })),

    changeParticipant: (sid: string, participantSid: string, change: { attributes: string }) =>
      attempt<EngineParticipant>(() =>
        conversation(sid)
          .participants(participantSid)
          .update({ ...change, ...webhooks }),
      ),

    /** Removing who is not there succeeds. */
    removeParticipant: (sid: string, participantSid: string) =>
      orMissing<boolean>(() => conversation(sid).participants(participantSid).remove(webhooks)),

    /** `undefined` when there is no such conversation. */
    listParticipants: (sid: string) =>
      allOrMissing<EngineParticipant>(() => conversation(sid).participants.page({ pageSize: 100 })),

    /** The conversations in which an address (or an identity) takes part, of whatever state. */
    participantConversations: (input: { address: string } | { identity: string }) =>
      attempt<ParticipantConversationInstance[]>(() =>
        service.participantConversations.list({ pageSize: 100, ...input }),
      ),

    /**
     * @param key makes a repeat recognisable to the embedded engine. Twilio takes no notice of it: with Twilio the
     *   attributes tell whether a message is there already.
     */
    createMessage(sid: string, input: NewMessage, key: string) {
      const client = new FetchRequestClient(options, circuit, { 'idempotency-key': key })
      const { messages } = openService(options, client).conversations(sid)
      return attempt<EngineMessage>(() => messages.create({ ...input, ...webhooks } as object))
    },

    /** The newest first, at most `limit`. `undefined` when there is no such conversation. */
    newestMessages: (sid: string, limit: number) =>
      allOrMissing<EngineMessage>(
        () => conversation(sid).messages.page({ order: 'desc', pageSize: Math.min(limit, 100) }),
        limit,
      ),

    fetchMessage: (sid: string, messageSid: string) =>
      orMissing<EngineMessage>(() => conversation(sid).messages(messageSid).fetch()),

    listReceipts: (sid: string, messageSid: string) =>
      allOrMissing<EngineReceipt>(() => conversation(sid).messages(messageSid).deliveryReceipts.page({ pageSize: 50 })),
  }
}

function openService({ accountSid, authToken, serviceSid }: EngineOptions, httpClient: FetchRequestClient) {
  const client = new BaseTwilio.Client(accountSid, authToken, { httpClient })
  // The client's type names the whole package, which is only its delegate to the HTTP layer here.
  const domain = new Conversations(client as unknown as ConstructorParameters<typeof Conversations>[0])
  return domain.v1.services(serviceSid)
}

/** A refusal is an answer too. */
function unlessAnswered(error: EngineError): void {
  if (error.outcome === 'unclear') throw error
}

async function attempt<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call()
  } catch (error) {
    throw toEngineError(error)
  }
}

async function orMissing<T>(call: () => Promise<T>): Promise<T | undefined> {
  try {
    return await attempt(call)
  } catch (error) {
    if (isNotFound(error)) return undefined
    throw error
  }
}

type Page<T> = { instances: T[]; nextPage(): Promise<Page<T>> | undefined }

/** Whether there is such a thing is said by the first page alone: that a later one is not found is a failure. */
async function allOrMissing<T>(
  firstPage: () => Promise<Page<T>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<T[] | undefined> {
  let page: Page<T> | undefined = await orMissing(firstPage)
  if (!page) return undefined
  const all: T[] = []
  while (page) {
    all.push(...page.instances)
    page = all.length < limit ? await attempt(async () => page?.nextPage()) : undefined
  }
  return all.slice(0, limit)
}
