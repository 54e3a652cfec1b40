import type { Conversation } from '../api.ts'
import type { Context } from '../context.ts'
import { EngineError, isNotFound } from '../engine/error.ts'
import { notFound } from '../http/problem.ts'
import { engineProblem } from './engine-problem.ts'
import { presentConversation } from './present.ts'
import { lockConversation, projectConversation } from './project.ts'
import { findOwnConversation } from './store.ts'
import { markClosed } from './tell.ts'

/** "Can't update conversation as it's in final closed state" */
const closedAlready = 50377

/**
 * Closes a worker's conversation for good; the customer's address is free for a new one. Closing it twice is closing
 * it once.
 *
 * @throws RequestError 404 when it is not the worker's, 502 or 503 when the engine does not do it.
 */
export async function closeConversation(ctx: Context, input: { worker: string; sid: string }): Promise<Conversation> {
  const { worker, sid } = input
  const { db } = ctx.database
  const own = await findOwnConversation(db, sid, worker)
  if (!own) throw notFound('conversation')
  if (own.conversation.state !== 'closed') {
    await closeInEngine(ctx, sid)
    await ctx.events.transaction(async (tx) => {
      await lockConversation(ctx, tx, sid)
      await markClosed(ctx, tx, sid)
    })
  }
  const closed = await findOwnConversation(db, sid, worker)
  if (!closed) throw notFound('conversation')
  return presentConversation(closed.conversation, closed.member.unread_count)
}

async function closeInEngine(ctx: Context, sid: string): Promise<void> {
  try {
    await ctx.engine.closeConversation(sid)
  } catch (error) {
    if (error instanceof EngineError && error.code === closedAlready) return
    if (isNotFound(error)) {
      await projectConversation(ctx, sid)
      throw notFound('conversation')
    }
    throw engineProblem(error)
  }
}
