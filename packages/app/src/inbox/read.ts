import type { Conversation } from '../api.ts'
import type { Context } from '../context.ts'
import { notFound } from '../http/problem.ts'
import { presentConversation } from './present.ts'
import { lockConversation } from './project.ts'
import { findOwnConversation, listMessages, refreshSummary } from './store.ts'

/**
 * Notes how far a worker has read a conversation. It never goes back; each worker has their own.
 *
 * @param input.lastReadIndex of the last message read; the newest one when absent.
 * @throws RequestError 404 when the conversation is not the worker's.
 */
export async function markRead(
  ctx: Context,
  input: { worker: string; sid: string; lastReadIndex?: number | undefined },
): Promise<Conversation> {
  const { worker, sid } = input
  return await ctx.events.transaction(async (tx) => {
    await lockConversation(ctx, tx, sid)
    const own = await findOwnConversation(tx, sid, worker)
    if (!own) throw notFound('conversation')
    const [newest] = await listMessages(tx, sid, { limit: 1 })
    const index = Math.min(input.lastReadIndex ?? Number.MAX_SAFE_INTEGER, newest?.position ?? -1)
    if (index <= own.member.last_read_index) return presentConversation(own.conversation, own.member.unread_count)
    await tx
      .updateTable('conversation_member')
      .set({ last_read_index: index })
      .where('conversation_sid', '=', sid)
      .where('identity', '=', worker)
      .execute()
    await refreshSummary(tx, sid)
    const after = (await findOwnConversation(tx, sid, worker)) ?? own
    const presented = presentConversation(after.conversation, after.member.unread_count)
    // The worker's other browsers.
    ctx.events.append(tx, [{ audience: { worker }, type: 'conversation', data: presented }])
    return presented
  })
}
