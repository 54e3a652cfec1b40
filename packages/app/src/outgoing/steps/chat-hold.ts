/** A worker's one open chat conversation with an identity, kept by a unique index of our own. */
import { isUniqueViolation } from '@firstline/database'
import type { Start } from '../steps.ts'
import { awaitUnlessEnded, whoIsIn } from './holder.ts'

/** The open conversation that the customer is in already. */
export type Held = { conversationSid: string; workerIsIn: boolean }

/**
 * Takes the hold: `ours` when it is this start's, `free` when its holder has just gone.
 *
 * @throws ContractError 48031 when it is only just being started elsewhere.
 */
export async function holderOfChat(
  start: Start,
  identity: string,
  signal: AbortSignal,
): Promise<'ours' | 'free' | Held> {
  const { ctx, attemptId, worker } = start
  const { db } = ctx.database
  const key = { worker: worker.identity, identity }
  try {
    await db
      .insertInto('chat_hold')
      .values({ ...key, attempt_id: attemptId, conversation_sid: null })
      .execute()
    return 'ours'
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
  }
  const hold = await db
    .selectFrom('chat_hold')
    .selectAll()
    .where('worker', '=', key.worker)
    .where('identity', '=', identity)
    .executeTakeFirst()
  if (!hold) return 'free'
  if (hold.attempt_id === attemptId) return 'ours'
  if (await awaitUnlessEnded(start, hold.attempt_id, signal)) return 'free'
  const open = hold.conversation_sid && (await isOpen(start, hold.conversation_sid))
  const held = open && hold.conversation_sid ? await whoIsIn(start, hold.conversation_sid) : 'free'
  // A hold on what has been closed or deleted is void; whoever removes it first makes room for everybody.
  if (held === 'free') await remove(start, hold.attempt_id)
  return held
}

/** Binds the hold to the conversation that the customer is in now. */
export async function keepChat({ ctx, attemptId }: Start, identity: string, conversationSid: string): Promise<void> {
  await ctx.database.db
    .updateTable('chat_hold')
    .set({ conversation_sid: conversationSid })
    .where('attempt_id', '=', attemptId)
    .where('identity', '=', identity)
    .execute()
}

/** Gives up the hold of this start, if it has one. */
export function releaseChat(start: Start): Promise<void> {
  return remove(start, start.attemptId)
}

async function remove({ ctx, worker }: Start, attemptId: string): Promise<void> {
  await ctx.database.db
    .deleteFrom('chat_hold')
    .where('worker', '=', worker.identity)
    .where('attempt_id', '=', attemptId)
    .execute()
}

async function isOpen({ ctx }: Start, conversationSid: string): Promise<boolean> {
  const conversation = await ctx.engine.fetchConversation(conversationSid)
  return conversation !== undefined && conversation.state !== 'closed'
}
