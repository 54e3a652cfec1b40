import { notFound, RestError } from '../errors.ts'
import { isoDate, type Scope } from '../http/scope.ts'
import { isSid } from '../sids.ts'
import type { ConversationRow } from '../tables.ts'
import type { Tx } from '../write.ts'

type Reader = Pick<Tx, 'selectFrom'>

/**
 * Finds a conversation of the scope's service by its SID or its unique name.
 *
 * @throws RestError 20404 when there is none.
 */
export async function getConversation(scope: Scope, sidOrName: string, db?: Reader): Promise<ConversationRow> {
  const row = await (db ?? scope.engine.database.db)
    .selectFrom('conversation')
    .selectAll()
    .where('service_sid', '=', scope.service.sid)
    .where(isSid('CH', sidOrName) ? 'sid' : 'unique_name', '=', sidOrName)
    .executeTakeFirst()
  if (!row) throw notFound(`/Conversations/${sidOrName}`)
  return row
}

/**
 * Holds a conversation until the end of the transaction, so that it cannot be closed or deleted meanwhile.
 *
 * @throws RestError 20404 when it is gone, 50377 when it is closed.
 */
export async function holdOpenConversation(tx: Tx, sid: string): Promise<ConversationRow> {
  const row = await holdConversation(tx, sid)
  if (!row) throw notFound(`/Conversations/${sid}`)
  if (row.state === 'closed') throw new RestError(50377)
  return row
}

/** The same, whatever its state; undefined when it is gone. */
export async function holdConversation(tx: Tx, sid: string): Promise<ConversationRow | undefined> {
  return tx
    .updateTable('conversation')
    .set((eb) => ({ next_index: eb.ref('next_index') }))
    .where('sid', '=', sid)
    .returningAll()
    .executeTakeFirst()
}

export function presentTimers(row: Pick<ConversationRow, 'inactive_at' | 'closed_at'>) {
  return {
    ...(row.inactive_at !== null && { date_inactive: isoDate(row.inactive_at) }),
    ...(row.closed_at !== null && { date_closed: isoDate(row.closed_at) }),
  }
}

export function presentConversation(scope: Scope, row: ConversationRow) {
  const url = scope.url(`/Conversations/${row.sid}`)
  return {
    account_sid: scope.engine.account.accountSid,
    chat_service_sid: row.service_sid,
    messaging_service_sid: row.messaging_service_sid,
    sid: row.sid,
    friendly_name: row.friendly_name,
    unique_name: row.unique_name,
    attributes: row.attributes,
    state: row.state,
    date_created: isoDate(row.created_at),
    date_updated: isoDate(row.updated_at),
    timers: presentTimers(row),
    bindings: {},
    url,
    links: { participants: `${url}/Participants`, messages: `${url}/Messages`, webhooks: `${url}/Webhooks` },
  }
}
