import { getConversation, holdOpenConversation } from '../conversations/conversation.ts'
import { RestError } from '../errors.ts'
import type { Scope } from '../http/scope.ts'
import { newSid } from '../sids.ts'
import { rememberPhone } from '../simulator/phones.ts'
import type { ParticipantRow } from '../tables.ts'
import { participantEvent } from '../webhooks/events.ts'
import { type Tx, write } from '../write.ts'
import type { MessagingBinding } from './binding.ts'
import type { ParticipantChange, ParticipantInput } from './input.ts'
import { getParticipant } from './participant.ts'

/** https://www.twilio.com/docs/conversations/conversations-limits */
const maxParticipants = 1_000
const maxNonChatParticipants = 50
const maxConversationsOfIdentity = 1_000

/**
 * Adds somebody to an open conversation.
 *
 * @throws RestError 50377 (closed), 50417, 50418, 50214 (limits), 50433 (the identity is in it already),
 *   50416 (the pair of addresses is in an open conversation; the message names it).
 */
export async function addParticipant(
  scope: Scope,
  sidOrName: string,
  { identity, binding, attributes, dates }: ParticipantInput,
  withWebhooks: boolean,
): Promise<ParticipantRow> {
  const { engine } = scope
  return write(engine, async (tx, { events }) => {
    const conversation = await holdOpenConversation(tx, (await getConversation(scope, sidOrName, tx)).sid)
    await checkRoom(tx, conversation.sid, binding !== null)
    if (identity !== null) await checkLoad(scope, tx, identity)
    const now = engine.clock()
    const row: ParticipantRow = {
      sid: newSid('MB'),
      conversation_sid: conversation.sid,
      identity,
      binding_type: binding?.type ?? null,
      address: binding?.address ?? null,
      proxy_address: binding?.proxyAddress ?? null,
      attributes,
      last_read_message_index: null,
      last_read_timestamp: null,
      created_at: now,
      updated_at: now,
      ...dates,
    }
    const inserted = await tx
      .insertInto('participant')
      .values(row)
      .onConflict((conflict) => conflict.doNothing())
      .returning('sid')
      .executeTakeFirst()
    if (!inserted) throw new RestError(50433)
    if (binding) await bind(tx, row, binding)
    await rememberPhone(engine, tx, row)
    if (withWebhooks) events.push(participantEvent(engine, 'onParticipantAdded', conversation, row))
    return row
  })
}

/** The primary key decides who gets a pair; a second one waits for the first's transaction, and then is told. */
async function bind(tx: Tx, participant: ParticipantRow, { address, proxyAddress }: MessagingBinding): Promise<void> {
  const bound = await tx
    .insertInto('binding')
    .values({
      address,
      proxy_address: proxyAddress,
      conversation_sid: participant.conversation_sid,
      participant_sid: participant.sid,
    })
    .onConflict((conflict) => conflict.doNothing())
    .returning('participant_sid')
    .executeTakeFirst()
  if (bound) return
  const holder = await tx
    .selectFrom('binding')
    .select('conversation_sid')
    .where('address', '=', address)
    .where('proxy_address', '=', proxyAddress)
    .executeTakeFirst()
  const where = holder ? ` in Conversation ${holder.conversation_sid}` : ''
  throw new RestError(50416, `A binding for this participant and proxy address already exists${where}`)
}

/** Exact, since the conversation is held. */
async function checkRoom(tx: Tx, conversationSid: string, isNonChat: boolean): Promise<void> {
  const { all, nonChat } = await tx
    .selectFrom('participant')
    .select(({ fn }) => [fn.countAll<number>().as('all'), fn.count<number>('address').as('nonChat')])
    .where('conversation_sid', '=', conversationSid)
    .executeTakeFirstOrThrow()
  if (all >= maxParticipants) throw new RestError(50417)
  if (isNonChat && nonChat >= maxNonChatParticipants) throw new RestError(50418)
}

async function checkLoad({ engine, service }: Scope, tx: Tx, identity: string): Promise<void> {
  await engine.database.lock(tx, `identity ${service.sid} ${identity}`)
  const { open } = await tx
    .selectFrom('participant')
    .innerJoin('conversation', 'conversation.sid', 'participant.conversation_sid')
    .select(({ fn }) => fn.countAll<number>().as('open'))
    .where('participant.identity', '=', identity)
    .where('conversation.service_sid', '=', service.sid)
    .where('conversation.state', '!=', 'closed')
    .executeTakeFirstOrThrow()
  if (open >= maxConversationsOfIdentity) throw new RestError(50214)
}

/** @throws RestError 20404, 50377 */
export async function updateParticipant(
  scope: Scope,
  conversationSidOrName: string,
  sidOrIdentity: string,
  change: ParticipantChange,
  withWebhooks: boolean,
): Promise<ParticipantRow> {
  const { engine } = scope
  return write(engine, async (tx, { events }) => {
    const conversation = await holdOpenConversation(tx, (await getConversation(scope, conversationSidOrName, tx)).sid)
    const before = await getParticipant(tx, conversation.sid, sidOrIdentity)
    const changed = { ...change, updated_at: engine.clock() }
    await tx.updateTable('participant').set(changed).where('sid', '=', before.sid).execute()
    const after = { ...before, ...changed }
    await rememberPhone(engine, tx, after)
    if (withWebhooks) events.push(participantEvent(engine, 'onParticipantUpdated', conversation, after))
    return after
  })
}

/** Removes somebody from an open conversation, which frees the pair of addresses. @throws RestError 20404, 50377 */
export async function removeParticipant(
  scope: Scope,
  conversationSidOrName: string,
  sidOrIdentity: string,
  withWebhooks: boolean,
): Promise<void> {
  const { engine } = scope
  await write(engine, async (tx, { events }) => {
    const conversation = await holdOpenConversation(tx, (await getConversation(scope, conversationSidOrName, tx)).sid)
    const row = await getParticipant(tx, conversation.sid, sidOrIdentity)
    await tx.deleteFrom('participant').where('sid', '=', row.sid).execute()
    if (withWebhooks) events.push(participantEvent(engine, 'onParticipantRemoved', conversation, row))
  })
}
