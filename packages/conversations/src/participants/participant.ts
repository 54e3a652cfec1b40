import { notFound } from '../errors.ts'
import { isoDate, type Scope } from '../http/scope.ts'
import { isSid } from '../sids.ts'
import type { ParticipantRow } from '../tables.ts'
import type { Tx } from '../write.ts'

/**
 * Finds a participant of a conversation by SID, or by a chat user's identity.
 *
 * @throws RestError 20404 when there is none.
 */
export async function getParticipant(
  db: Pick<Tx, 'selectFrom'>,
  conversationSid: string,
  sidOrIdentity: string,
): Promise<ParticipantRow> {
  const row = await db
    .selectFrom('participant')
    .selectAll()
    .where('conversation_sid', '=', conversationSid)
    .where(isSid('MB', sidOrIdentity) ? 'sid' : 'identity', '=', sidOrIdentity)
    .executeTakeFirst()
  if (!row) throw notFound(`/Conversations/${conversationSid}/Participants/${sidOrIdentity}`)
  return row
}

export function presentBinding(row: ParticipantRow) {
  if (row.binding_type === null) return null
  return { type: row.binding_type, address: row.address, proxy_address: row.proxy_address }
}

export function presentParticipant(scope: Scope, row: ParticipantRow) {
  return {
    account_sid: scope.engine.account.accountSid,
    ...scope.chatService,
    conversation_sid: row.conversation_sid,
    sid: row.sid,
    identity: row.identity,
    attributes: row.attributes,
    messaging_binding: presentBinding(row),
    role_sid: null,
    date_created: isoDate(row.created_at),
    date_updated: isoDate(row.updated_at),
    url: scope.url(`/Conversations/${row.conversation_sid}/Participants/${row.sid}`),
    last_read_message_index: row.last_read_message_index,
    last_read_timestamp: row.last_read_timestamp,
  }
}
