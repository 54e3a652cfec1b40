import { randomUUID } from 'node:crypto'
import type { Engine } from '../engine.ts'
import type { ServiceRow } from '../tables.ts'
import type { Tx } from '../write.ts'
import { openLanes } from './lane.ts'

/** https://www.twilio.com/docs/conversations/conversations-webhooks, the post-action ones. */
export const postActionEvents = [
  'onConversationAdded',
  'onConversationUpdated',
  'onConversationRemoved',
  'onConversationStateUpdated',
  'onParticipantAdded',
  'onParticipantUpdated',
  'onParticipantRemoved',
  'onMessageAdded',
  'onMessageUpdated',
  'onMessageRemoved',
  'onDeliveryUpdated',
] as const
export type PostActionEvent = (typeof postActionEvents)[number]

/** The pre-action ones of the same page: asked before something happens. */
export const preActionEvents = [
  'onConversationAdd',
  'onConversationUpdate',
  'onConversationRemove',
  'onParticipantAdd',
  'onParticipantUpdate',
  'onParticipantRemove',
  'onMessageAdd',
  'onMessageUpdate',
  'onMessageRemove',
] as const
export type PreActionEvent = (typeof preActionEvents)[number]

const allEvents = [...postActionEvents, ...preActionEvents]
export type EventName = (typeof allEvents)[number]

export type WebhookEvent = {
  readonly type: PostActionEvent
  readonly serviceSid: string
  readonly conversationSid: string
  readonly params: Readonly<Record<string, string>>
}

/** Where a service's post-action webhooks go, or undefined when they go nowhere. */
export function targetUrl(engine: Engine, service: ServiceRow): string | undefined {
  if (service.post_webhook_url !== null) return service.post_webhook_url || undefined
  return service.is_default ? engine.webhook?.url : undefined
}

/** The events that a service's targets want. */
export function filtersOf(service: ServiceRow): string[] {
  return service.webhook_filters === null ? [...allEvents] : JSON.parse(service.webhook_filters)
}

export function isEvent(name: string): name is EventName {
  return (allEvents as readonly string[]).includes(name)
}

/** Puts events into the outbox, with the change that they tell of. @returns how many are wanted by a target. */
export async function storeEvents(engine: Engine, tx: Tx, events: readonly WebhookEvent[]): Promise<number> {
  if (events.length === 0) return 0
  const sids = [...new Set(events.map((event) => event.serviceSid))]
  const services = await tx.selectFrom('service').selectAll().where('sid', 'in', sids).execute()
  const now = engine.clock()
  const rows = events
    .filter(({ serviceSid, type }) => {
      const service = services.find((row) => row.sid === serviceSid)
      return service && targetUrl(engine, service) && filtersOf(service).includes(type)
    })
    .map((event) => ({
      id: randomUUID(),
      position: engine.nextPosition(),
      service_sid: event.serviceSid,
      conversation_sid: event.conversationSid,
      event_type: event.type,
      params: JSON.stringify(event.params),
      attempts: 0,
      due_at: now,
      created_at: now,
    }))
  if (rows.length === 0) return 0
  await tx.insertInto('webhook_event').values(rows).execute()
  await openLanes(tx, rows)
  return rows.length
}
