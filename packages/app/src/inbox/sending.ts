/** Sends what workers wrote: one queue per conversation, and nothing twice. */
import type { Context } from '../context.ts'
import type { EngineMessage, NewMessage } from '../engine/engine.ts'
import { EngineError } from '../engine/error.ts'
import { settleMsOf } from '../engine/settling.ts'
import { type Due, type Loop, startLanes } from '../loop.ts'
import { applyMessages } from './apply-messages.ts'
import { messageAttributes, messageFacts } from './facts.ts'
import { underLease } from './lease.ts'
import { headOfQueue, headsOfQueues, markAsked, updatePending } from './outgoing-store.ts'
import { lockConversation } from './project.ts'
import type { OutgoingMessageRow } from './tables.ts'
import { tellMembers } from './tell.ts'

/** There is something to send. */
export const sendingTopic = 'sending'
/** Something has been sent, or has failed. */
export const decidedTopic = 'decided'

const pollMs = 5_000
const queuesAtOnce = 50
/** Our message is among the newest ones, if it is there. */
const newestLookedAt = 50
const longestRetryAfterMs = 30_000
/** A message that could not be sent for so long is better sent anew by its worker than late. */
const giveUpAfterMs = 10 * 60_000
/** The engine has no such conversation. */
const conversationGone = 20404

export function startSending(ctx: Context): Loop {
  return startLanes(
    ctx,
    { name: 'sending', topic: sendingTopic, everyMs: pollMs, atOnce: queuesAtOnce },
    (limit, busy) => dueQueues(ctx, limit, busy),
    (sid, signal) => sendQueued(ctx, sid, signal),
  )
}

/** The conversations in which something is to be sent now. */
export async function dueQueues(ctx: Context, limit: number, busy: string[] = []): Promise<Due> {
  const now = ctx.clock()
  const heads = await headsOfQueues(ctx.database.db, limit + 1, busy)
  const due = heads.filter(({ dueAt }) => dueAt <= now).slice(0, limit)
  return { keys: due.map(({ sid }) => sid), nextAt: heads.find(({ dueAt }) => dueAt > now)?.dueAt }
}

/** Sends what is due in a conversation, in order. @returns `false` when another node is at it. */
export async function sendQueued(ctx: Context, sid: string, signal?: AbortSignal): Promise<boolean> {
  return await underLease(ctx, `sending ${sid}`, async (lease) => {
    while (!signal?.aborted) {
      const head = await headOfQueue(ctx.database.db, sid)
      if (!head || head.due_at > ctx.clock() || !lease.isHeld()) return
      await sendOne(ctx, head)
    }
  })
}

async function sendOne(ctx: Context, row: OutgoingMessageRow): Promise<void> {
  // Asked already, by this node or by one that is gone: look before repeating.
  if (row.state === 'sending' && !(await isSurelyMissing(ctx, row))) return
  if (ctx.clock() >= row.created_at + giveUpAfterMs) return await settleFailed(ctx, row, 0)
  const asked = await markAsked(ctx.database.db, row, ctx.clock())
  // Held up for so long that it may have been looked for elsewhere, and found missing: let it be looked for again.
  if (!asked || ctx.clock() >= asked.asked_at + settleMsOf(ctx) / 4) return
  try {
    const message = await ctx.engine.createMessage(asked.conversation_sid, newMessage(asked), asked.id)
    await settleSent(ctx, asked, message)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    if (error.outcome === 'refused') await settleFailed(ctx, asked, error.code)
    else if (error.outcome === 'unclear') await (error.retryAfterMs ? lookLater : lookFor)(ctx, asked, error)
    else await queueAgain(ctx, asked, error)
  }
}

function newMessage(row: OutgoingMessageRow): NewMessage {
  const ours = { author: row.worker, attributes: messageAttributes(row) }
  if (row.content_sid === null) return { ...ours, body: row.body }
  // Twilio takes the text from its own template; the embedded engine does not have it and takes ours.
  return { ...ours, contentSid: row.content_sid, contentVariables: row.content_variables ?? undefined, body: row.body }
}

/** Looks for a message whose sending had no clear end. @returns whether it is not there and will not come any more. */
async function isSurelyMissing(ctx: Context, row: OutgoingMessageRow): Promise<boolean> {
  const isSettled = ctx.clock() >= row.asked_at + settleMsOf(ctx)
  return (await lookFor(ctx, row)) === 'missing' && isSettled
}

/** Searches the newest messages for our own id. What is not found is looked for again, less and less often. */
async function lookFor(ctx: Context, row: OutgoingMessageRow): Promise<'found' | 'missing' | 'unknown'> {
  const sinceAsked = ctx.clock() - row.asked_at
  const dueAt = ctx.clock() + Math.min(longestRetryAfterMs, Math.max(500, sinceAsked))
  try {
    const newest = await ctx.engine.newestMessages(row.conversation_sid, newestLookedAt)
    if (!newest) {
      await settleFailed(ctx, row, conversationGone)
      return 'found'
    }
    const own = newest.find((message) => messageFacts(message).outgoingId === row.id && message.author === row.worker)
    if (own) {
      await settleSent(ctx, row, own)
      return 'found'
    }
    await updatePending(ctx.database.db, row.id, { due_at: dueAt })
    return 'missing'
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    await updatePending(ctx.database.db, row.id, { due_at: dueAt })
    return 'unknown'
  }
}

/** The engine wants to be asked nothing for the moment. */
async function lookLater(ctx: Context, row: OutgoingMessageRow, { retryAfterMs = 0 }: EngineError): Promise<void> {
  const dueAt = ctx.clock() + Math.min(longestRetryAfterMs, retryAfterMs)
  await updatePending(ctx.database.db, row.id, { due_at: dueAt })
}

async function settleSent(ctx: Context, row: OutgoingMessageRow, message: EngineMessage): Promise<void> {
  const sid = row.conversation_sid
  await ctx.events.transaction(async (tx) => {
    await lockConversation(ctx, tx, sid)
    await updatePending(tx, row.id, { state: 'sent', message_sid: message.sid })
    await applyMessages(ctx, tx, sid, [{ kind: 'message', facts: messageFacts(message) }])
  })
  ctx.database.wake(decidedTopic)
}

async function settleFailed(ctx: Context, row: OutgoingMessageRow, code: number): Promise<void> {
  const sid = row.conversation_sid
  await ctx.events.transaction(async (tx) => {
    await lockConversation(ctx, tx, sid)
    const failed = await updatePending(tx, row.id, { state: 'failed', error_code: code })
    if (failed) await tellMembers(ctx, tx, sid, { outgoing: [failed] })
  })
  ctx.database.wake(decidedTopic)
}

/** The engine takes no more for the moment, and has not taken this. */
async function queueAgain(ctx: Context, row: OutgoingMessageRow, { retryAfterMs }: EngineError): Promise<void> {
  const wait = Math.min(longestRetryAfterMs, retryAfterMs ?? 500 * 2 ** Math.min(row.attempts, 10))
  // A little later each, so that the queues do not all come back at once.
  const dueAt = ctx.clock() + Math.round(wait * (1 + Math.random() / 4))
  await updatePending(ctx.database.db, row.id, { state: 'queued', due_at: dueAt })
  ctx.database.wake(decidedTopic)
}
