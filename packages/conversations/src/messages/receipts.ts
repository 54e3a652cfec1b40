import { notFound } from '../errors.ts'
import { isoDate, type Scope } from '../http/scope.ts'
import type { ReceiptRow } from '../tables.ts'

/** @throws RestError 20404 when the message has no such receipt. */
export async function getReceipt(scope: Scope, messageSid: string, sid: string): Promise<ReceiptRow> {
  const row = await scope.engine.database.db
    .selectFrom('receipt')
    .selectAll()
    .where('sid', '=', sid)
    .where('message_sid', '=', messageSid)
    .executeTakeFirst()
  if (!row) throw notFound(`/Messages/${messageSid}/Receipts/${sid}`)
  return row
}

export function presentReceipt(scope: Scope, row: ReceiptRow) {
  return {
    account_sid: scope.engine.account.accountSid,
    ...scope.chatService,
    conversation_sid: row.conversation_sid,
    message_sid: row.message_sid,
    sid: row.sid,
    channel_message_sid: row.channel_message_sid,
    participant_sid: row.participant_sid,
    status: row.status,
    error_code: row.error_code,
    date_created: isoDate(row.created_at),
    date_updated: isoDate(row.updated_at),
    url: scope.url(`/Conversations/${row.conversation_sid}/Messages/${row.message_sid}/Receipts/${row.sid}`),
  }
}
