import type { Kysely, Transaction } from 'kysely'
import { sql } from 'kysely'
import type { AppTables } from '../tables.ts'
import type { ConversationRow, MemberRow, MessageRow } from './tables.ts'

/** The database, or a transaction on it. */
export type Store = Kysely<AppTables>
export type Tx = Transaction<AppTables>

export function findConversation(db: Store, sid: string): Promise<ConversationRow | undefined> {
  return db.selectFrom('conversation').selectAll().where('sid', '=', sid).executeTakeFirst()
}

export function listMembers(db: Store, sid: string): Promise<MemberRow[]> {
  return db
    .selectFrom('conversation_member')
    .selectAll()
    .where('conversation_sid', '=', sid)
    .orderBy('identity')
    .execute()
}

/** A conversation that this worker is in. */
export async function findOwnConversation(
  db: Store,
  sid: string,
  identity: string,
): Promise<{ conversation: ConversationRow; member: MemberRow } | undefined> {
  const member = await db
    .selectFrom('conversation_member')
    .selectAll()
    .where('conversation_sid', '=', sid)
    .where('identity', '=', identity)
    .executeTakeFirst()
  const conversation = member && (await findConversation(db, sid))
  return conversation && { conversation, member }
}

/** Where a page of conversations ended. */
export type ConversationCursor = { updatedAt: number; sid: string }
export type OwnConversationRow = ConversationRow & { unread_count: number }

/** This worker's conversations, the last changed first. */
export function listOwnConversations(
  db: Store,
  identity: string,
  filter: { state: 'open' | 'closed' | 'all'; after?: ConversationCursor | undefined; limit: number },
): Promise<OwnConversationRow[]> {
  let query = ownConversations(db, identity)
  if (filter.state === 'open') query = query.where('conversation.state', '<>', 'closed')
  if (filter.state === 'closed') query = query.where('conversation.state', '=', 'closed')
  const { after } = filter
  if (after) {
    query = query.where((eb) =>
      eb.or([
        eb('conversation.updated_at', '<', after.updatedAt),
        eb.and([eb('conversation.updated_at', '=', after.updatedAt), eb('conversation.sid', '<', after.sid)]),
      ]),
    )
  }
  return query.limit(filter.limit).execute()
}

/** This worker's conversations with a customer, the last changed first. */
export function listOwnConversationsWith(
  db: Store,
  identity: string,
  customerId: string,
  limit: number,
): Promise<OwnConversationRow[]> {
  return ownConversations(db, identity).where('conversation.customer_id', '=', customerId).limit(limit).execute()
}

function ownConversations(db: Store, identity: string) {
  return db
    .selectFrom('conversation_member')
    .innerJoin('conversation', 'conversation.sid', 'conversation_member.conversation_sid')
    .selectAll('conversation')
    .select('conversation_member.unread_count')
    .where('conversation_member.identity', '=', identity)
    .orderBy('conversation.updated_at', 'desc')
    .orderBy('conversation.sid', 'desc')
}

/** Unread messages in all of the worker's open conversations. */
export async function countUnread(db: Store, identity: string): Promise<number> {
  const { total } = await db
    .selectFrom('conversation_member')
    .innerJoin('conversation', 'conversation.sid', 'conversation_member.conversation_sid')
    .select((eb) => eb.fn.sum<number | string | null>('conversation_member.unread_count').as('total'))
    .where('conversation_member.identity', '=', identity)
    .where('conversation.state', '<>', 'closed')
    .executeTakeFirstOrThrow()
  return Number(total ?? 0)
}

/** Messages of a conversation, the newest first. */
export function listMessages(
  db: Store,
  sid: string,
  page: { before?: number | undefined; limit: number },
): Promise<MessageRow[]> {
  let query = db.selectFrom('message').selectAll().where('conversation_sid', '=', sid).where('removed', '=', 0)
  if (page.before !== undefined) query = query.where('position', '<', page.before)
  return query.orderBy('position', 'desc').limit(page.limit).execute()
}

/** The senders' idempotency keys of messages that this app sent, by the ids in the messages' attributes. */
export async function listSenderKeys(db: Store, messages: MessageRow[]): Promise<Map<string, string>> {
  const ids = messages.map((message) => message.outgoing_id).filter((id) => id !== null)
  if (ids.length === 0) return new Map()
  const rows = await db
    .selectFrom('outgoing_message')
    .select(['id', 'idempotency_key'])
    .where('id', 'in', ids)
    .execute()
  return new Map(rows.map((row) => [row.id, row.idempotency_key]))
}

/** Counts anew what is derived from the messages: the last one, and how many each worker has not read. */
export async function refreshSummary(tx: Tx, sid: string): Promise<void> {
  const [last] = await listMessages(tx, sid, { limit: 1 })
  const inbound = await tx
    .selectFrom('message')
    .select('created_at')
    .where('conversation_sid', '=', sid)
    .where('direction', '=', 'inbound')
    .orderBy('position', 'desc')
    .limit(1)
    .executeTakeFirst()
  await tx
    .updateTable('conversation')
    .set((eb) => ({
      last_body: last?.body ?? null,
      last_direction: last?.direction ?? null,
      last_at: last?.created_at ?? null,
      last_status: last?.status ?? null,
      last_inbound_at: inbound?.created_at ?? null,
      // Dates in REST answers are cut to seconds: a message may seem older than its conversation.
      updated_at: last
        ? eb.case().when('created_at', '>', last.created_at).then(eb.ref('created_at')).else(last.created_at).end()
        : eb.ref('created_at'),
    }))
    .where('sid', '=', sid)
    .execute()
  await tx
    .updateTable('conversation_member')
    .set({
      unread_count: sql<number>`(select count(*) from message
        where message.conversation_sid = ${sid} and message.direction = 'inbound' and message.removed = 0
          and message.position > conversation_member.last_read_index)`,
    })
    .where('conversation_sid', '=', sid)
    .execute()
}
