import { notFound, RestError } from '../errors.ts'
import type { Scope } from '../http/scope.ts'
import { holdService } from '../services/service.ts'
import { newSid } from '../sids.ts'
import type { ConversationRow } from '../tables.ts'
import { conversationEvent, stateEvent } from '../webhooks/events.ts'
import { type Tx, write } from '../write.ts'
import { getConversation, holdConversation, holdOpenConversation } from './conversation.ts'
import type { ConversationInput } from './input.ts'
import { restartTimers } from './timers.ts'

/**
 * @throws RestError 50384 when it is to begin closed, 50353 when the unique name is taken, 20404 when the service is
 *   deleted meanwhile.
 */
export async function createConversation(
  scope: Scope,
  { timers, ...input }: ConversationInput,
  withWebhooks: boolean,
): Promise<ConversationRow> {
  const { engine, service } = scope
  const state = input.state ?? 'active'
  if (state === 'closed') throw new RestError(50384)
  const now = engine.clock()
  const durations = { timer_inactive: null, timer_closed: null, ...timers }
  const row: ConversationRow = {
    sid: newSid('CH'),
    service_sid: service.sid,
    unique_name: null,
    friendly_name: null,
    attributes: '{}',
    messaging_service_sid: null,
    next_index: 0,
    created_by: 'system',
    created_at: now,
    updated_at: now,
    ...input,
    state,
    ...durations,
    ...restartTimers(durations, state, now),
  }
  return write(engine, async (tx, { events }) => {
    // The default one stays.
    if (!service.is_default) await holdService(tx, service.sid)
    const inserted = await tx
      .insertInto('conversation')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning('sid')
      .executeTakeFirst()
    if (!inserted) throw new RestError(50353)
    if (withWebhooks) events.push(conversationEvent(engine, 'onConversationAdded', row))
    return row
  })
}

/** @throws RestError 50377 when it is closed, which is final; 50353 when the new unique name is taken. */
export async function updateConversation(
  scope: Scope,
  sidOrName: string,
  { timers, ...input }: ConversationInput,
  withWebhooks: boolean,
): Promise<ConversationRow> {
  const { engine } = scope
  return write(engine, async (tx, { events }) => {
    const { sid } = await getConversation(scope, sidOrName, tx)
    const before = await holdOpenConversation(tx, sid)
    const now = engine.clock()
    const after: ConversationRow = { ...before, ...input, ...timers, updated_at: now }
    if (after.state !== before.state || Object.keys(timers).length > 0) {
      Object.assign(after, restartTimers(after, after.state, now))
    }
    await freeUniqueName(tx, before, after)
    await store(tx, after)
    if (withWebhooks) {
      events.push(conversationEvent(engine, 'onConversationUpdated', after))
      if (after.state !== before.state) events.push(stateEvent(engine, after, before.state, 'API'))
    }
    return after
  })
}

/** Deletes a conversation with all it has; closed ones too. @throws RestError 20404 */
export async function deleteConversation(scope: Scope, sidOrName: string, withWebhooks: boolean): Promise<void> {
  const { engine } = scope
  await write(engine, async (tx, { events }) => {
    const { sid } = await getConversation(scope, sidOrName, tx)
    const row = await holdConversation(tx, sid)
    if (!row) throw notFound(`/Conversations/${sidOrName}`)
    await tx.deleteFrom('conversation').where('sid', '=', sid).execute()
    if (withWebhooks) events.push(conversationEvent(engine, 'onConversationRemoved', row))
  })
}

/** Stores a conversation's columns; closing releases its pairs of addresses. */
export async function store(tx: Tx, { sid, next_index, ...columns }: ConversationRow): Promise<void> {
  await tx.updateTable('conversation').set(columns).where('sid', '=', sid).execute()
  if (columns.state === 'closed') await tx.deleteFrom('binding').where('conversation_sid', '=', sid).execute()
}

/** The constraint has the last word; this only says in Twilio's words what it would refuse. */
async function freeUniqueName(tx: Tx, before: ConversationRow, after: ConversationRow): Promise<void> {
  if (after.unique_name === null || after.unique_name === before.unique_name) return
  const holder = await tx
    .selectFrom('conversation')
    .select('sid')
    .where('service_sid', '=', after.service_sid)
    .where('unique_name', '=', after.unique_name)
    .executeTakeFirst()
  if (holder) throw new RestError(50353)
}
