import { notFound } from '../errors.ts'
import { isoDate, type Scope } from '../http/scope.ts'
import type { MessageRow, ReceiptRow, ReceiptStatus } from '../tables.ts'
import type { Tx } from '../write.ts'

type Reader = Pick<Tx, 'selectFrom'>

/** @throws RestError 20404 when the conversation has no such message. */
export async function getMessage(db: Reader, conversationSid: string, sid: string): Promise<MessageRow> {
  const row = await db
    .selectFrom('message')
    .selectAll()
    .where('sid', '=', sid)
    .where('conversation_sid', '=', conversationSid)
    .executeTakeFirst()
  if (!row) throw notFound(`/Conversations/${conversationSid}/Messages/${sid}`)
  return row
}

/** Presents messages with the summary of their receipts, which are read all at once. */
export async function presentMessages(scope: Scope, rows: readonly MessageRow[]) {
  const sids = rows.map((row) => row.sid)
  const receipts =
    sids.length === 0
      ? []
      : await scope.engine.database.db
          .selectFrom('receipt')
          .select(['message_sid', 'status'])
          .where('message_sid', 'in', sids)
          .execute()
  const byMessage = Map.groupBy(receipts, (receipt) => receipt.message_sid)
  return rows.map((row) => presentMessage(scope, row, byMessage.get(row.sid) ?? []))
}

export function presentMessage(scope: Scope, row: MessageRow, receipts: readonly Pick<ReceiptRow, 'status'>[]) {
  const url = scope.url(`/Conversations/${row.conversation_sid}/Messages/${row.sid}`)
  return {
    account_sid: scope.engine.account.accountSid,
    ...scope.chatService,
    conversation_sid: row.conversation_sid,
    sid: row.sid,
    index: row.message_index,
    author: row.author,
    body: row.body,
    media: null,
    attributes: row.attributes,
    participant_sid: row.participant_sid,
    date_created: isoDate(row.created_at),
    date_updated: isoDate(row.updated_at),
    url,
    delivery: receipts.length === 0 ? null : summarize(receipts.map((receipt) => receipt.status)),
    links: { delivery_receipts: `${url}/Receipts` },
    content_sid: row.content_sid,
  }
}

/** What is read was delivered, and what was delivered was sent. */
const passed: Record<ReceiptStatus, readonly ReceiptStatus[]> = {
  sent: ['sent', 'delivered', 'read', 'undelivered'],
  delivered: ['delivered', 'read'],
  read: ['read'],
  failed: ['failed'],
  undelivered: ['undelivered'],
}

function summarize(statuses: readonly ReceiptStatus[]) {
  const share = (status: ReceiptStatus): 'all' | 'some' | 'none' => {
    const count = statuses.filter((other) => passed[status].includes(other)).length
    return count === 0 ? 'none' : count === statuses.length ? 'all' : 'some'
  }
  return {
    total: statuses.length,
    sent: share('sent'),
    delivered: share('delivered'),
    read: share('read'),
    failed: share('failed'),
    undelivered: share('undelivered'),
  }
}
