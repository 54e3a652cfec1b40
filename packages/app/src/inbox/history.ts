import type { MessagePage } from '../api.ts'
import type { Context } from '../context.ts'
import { notFound } from '../http/problem.ts'
import { namesOf } from './names.ts'
import { listUnsent } from './outgoing-store.ts'
import { presentMessage, presentOutgoing } from './present.ts'
import { findOwnConversation, listMessages, listSenderKeys } from './store.ts'
import type { MessageRow, OutgoingMessageRow } from './tables.ts'

const maxUnsent = 100

/**
 * A page of a conversation: its newest messages, or those before an index, the oldest first. What has not been sent,
 * or could not be, stands where it was written.
 *
 * @throws RequestError 404 when the conversation is not the worker's.
 */
export async function readHistory(
  ctx: Context,
  input: { worker: string; sid: string; before?: number | undefined; limit: number },
): Promise<MessagePage> {
  const { db } = ctx.database
  const { sid, before, limit } = input
  const own = await findOwnConversation(db, sid, input.worker)
  if (!own) throw notFound('conversation')
  const newestFirst = await listMessages(db, sid, { before, limit: limit + 1 })
  const hasEarlier = newestFirst.length > limit
  const messages = newestFirst.slice(0, limit).reverse()
  const unsent = await listUnsent(db, sid, {
    from: hasEarlier ? (messages[0]?.created_at ?? 0) : 0,
    until: before === undefined ? Number.MAX_SAFE_INTEGER : await writtenAt(ctx, sid, before),
    limit: maxUnsent,
  })
  const nameOf = await namesOf(db, [...messages.map(({ author }) => author), ...unsent.map(({ worker }) => worker)])
  const keys = await listSenderKeys(db, messages)
  return {
    messages: merge(messages, unsent).map((row) =>
      'sid' in row
        ? presentMessage(row, own.conversation, nameOf, keys.get(row.outgoing_id ?? ''))
        : presentOutgoing(row, nameOf),
    ),
    hasEarlier,
  }
}

/** When the page that was read before this one began. */
async function writtenAt(ctx: Context, sid: string, index: number): Promise<number> {
  const row = await ctx.database.db
    .selectFrom('message')
    .select('created_at')
    .where('conversation_sid', '=', sid)
    .where('removed', '=', 0)
    .where('position', '>=', index)
    .orderBy('position')
    .limit(1)
    .executeTakeFirst()
  return row?.created_at ?? Number.MAX_SAFE_INTEGER
}

/** Messages keep the engine's order; what was not sent comes before the first one that is younger. */
function merge(messages: MessageRow[], unsent: OutgoingMessageRow[]): (MessageRow | OutgoingMessageRow)[] {
  const merged: (MessageRow | OutgoingMessageRow)[] = []
  const waiting = [...unsent]
  for (const message of messages) {
    while (waiting[0] && waiting[0].created_at < message.created_at) merged.push(...waiting.splice(0, 1))
    merged.push(message)
  }
  return [...merged, ...waiting]
}
