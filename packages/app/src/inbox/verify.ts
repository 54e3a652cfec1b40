/** Finds what no webhook told: by reading the engine at the start, and now and then. */
import { sql } from 'kysely'
import type { Context } from '../context.ts'
import { EngineError } from '../engine/error.ts'
import { type Due, type Loop, startLanes, startLoop } from '../loop.ts'
import { applyMessages, type MessageChange, never, receiptChange } from './apply-messages.ts'
import { type MessageFacts, messageFacts } from './facts.ts'
import { underLease } from './lease.ts'
import { releaseClaims } from './outgoing-store.ts'
import { lockConversation, projectConversation, soonestVerificationMs } from './project.ts'
import { findConversation, type Tx } from './store.ts'
import type { ConversationRow, MessageRow } from './tables.ts'

const minuteMs = 60_000
const dayMs = 24 * 60 * minuteMs
const pollMs = minuteMs
const discoverEveryMs = 10 * minuteMs
const atOnce = 4
/** How many of the newest messages are read; more when they do not reach back to what is known. */
const pages = [20, 100, 1_000] as const
const listedAtOnce = 1_000
/** Carriers' receipts come within three days or never. */
const receiptsForMs = 3 * dayMs
const keepReceiptsMs = 3 * dayMs

// Written out, as in the condition of the index: of a parameter SQLite does not know that the index holds it.
const isWithoutEnd = sql<boolean>`direction = 'outbound' and status = 'sent'`

export function startVerifying(ctx: Context): Loop {
  const conversations = startLanes(
    ctx,
    { name: 'verifying', topic: 'verifying', everyMs: pollMs, atOnce },
    (limit, busy) => dueConversations(ctx, limit, busy),
    (sid) => underLease(ctx, `verifying ${sid}`, () => verifyConversation(ctx, sid)),
  )
  const receipts = startLanes(
    ctx,
    { name: 'receipts', topic: 'receipts', everyMs: pollMs, atOnce },
    (limit, busy) => dueMessages(ctx, limit, busy),
    (sid) => underLease(ctx, `receipts ${sid}`, () => askForReceipts(ctx, sid)),
  )
  let first = true
  const discovery = startLoop(ctx, { name: 'discovering', everyMs: discoverEveryMs }, async () => {
    if (first) await verifyAll(ctx)
    first = false
    conversations.wake()
    await tidy(ctx)
    await underLease(ctx, 'discovering', () => discoverConversations(ctx))
    return undefined
  })
  const loops = [conversations, receipts, discovery]
  return {
    wake: () => {
      for (const loop of loops) loop.wake()
    },
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
  }
}

/** Webhooks may have come to nobody while the app was down. */
async function verifyAll(ctx: Context): Promise<void> {
  const now = ctx.clock()
  await ctx.database.db
    .updateTable('conversation')
    .set({ verify_due_at: now })
    .where('state', '<>', 'closed')
    .where('verify_due_at', '>', now)
    .execute()
}

/** Conversations that the engine has and the app does not know. */
export async function discoverConversations(ctx: Context): Promise<void> {
  try {
    for (const state of ['active', 'inactive'] as const) {
      const listed = await ctx.engine.listConversations({ state, limit: listedAtOnce })
      for (const { sid } of listed) {
        if (!(await findConversation(ctx.database.db, sid))) await verifyConversation(ctx, sid)
      }
    }
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    ctx.log.warn({ err: error }, 'the engine could not be asked for its conversations, later again')
  }
}

async function dueConversations(ctx: Context, limit: number, busy: string[]): Promise<Due> {
  const rows = await ctx.database.db
    .selectFrom('conversation')
    .select(['sid', 'verify_due_at'])
    .where('verify_due_at', '<', never)
    .$if(busy.length > 0, (query) => query.where('sid', 'not in', busy))
    .orderBy('verify_due_at')
    .limit(limit)
    .execute()
  const now = ctx.clock()
  const due = rows.filter((row) => row.verify_due_at <= now)
  return { keys: due.map(({ sid }) => sid), nextAt: rows.find((row) => row.verify_due_at > now)?.verify_due_at }
}

/** Compares one conversation with the engine: its state, its participants, its newest messages. */
export async function verifyConversation(ctx: Context, sid: string): Promise<void> {
  // Before it is asked: whatever comes of that, it is not due again at once.
  await putOff(ctx, sid)
  try {
    if ((await projectConversation(ctx, sid)) === 'gone') return
    const known = await findConversation(ctx.database.db, sid)
    if (known) await verifyMessages(ctx, known)
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    ctx.log.warn({ err: error, sid }, 'a conversation could not be compared with the engine, later again')
  }
}

async function putOff(ctx: Context, sid: string): Promise<void> {
  await ctx.database.db
    .updateTable('conversation')
    .set({ verify_due_at: ctx.clock() + minuteMs })
    .where('sid', '=', sid)
    .execute()
}

async function verifyMessages(ctx: Context, known: ConversationRow): Promise<void> {
  const { sid } = known
  const messages = await readNewest(ctx, known)
  if (!messages) return
  await ctx.events.transaction(async (tx) => {
    await lockConversation(ctx, tx, sid)
    await tx
      .updateTable('conversation')
      .set({ verify_due_at: nextVerification(known, ctx.clock()) })
      .where('sid', '=', sid)
      .execute()
    await raiseVerified(tx, sid, messages.at(-1)?.index)
    await applyMessages(ctx, tx, sid, [...messages.map(asChange), ...(await missing(tx, sid, messages))])
  })
}

/** The longer nothing has happened, the less often it is asked; of a closed conversation, for the last time. */
function nextVerification(known: ConversationRow, now: number): number {
  if (known.state === 'closed') return never
  return now + Math.round(Math.min(dayMs, Math.max(soonestVerificationMs, (now - known.updated_at) / 4)))
}

const asChange = (facts: MessageFacts): MessageChange => ({ kind: 'message', facts })

/** The newest messages back to what has been verified, the oldest first. */
async function readNewest(ctx: Context, known: ConversationRow): Promise<MessageFacts[] | undefined> {
  let newest: MessageFacts[] = []
  for (const limit of pages) {
    const read = await ctx.engine.newestMessages(known.sid, limit)
    if (!read) return undefined
    newest = read.map(messageFacts).sort((a, b) => a.index - b.index)
    if (read.length < limit || (newest[0]?.index ?? 0) <= known.verified_index + 1) break
  }
  return newest
}

async function raiseVerified(tx: Tx, sid: string, index: number | undefined): Promise<void> {
  if (index === undefined) return
  await tx
    .updateTable('conversation')
    .set({ verified_index: index })
    .where('sid', '=', sid)
    .where('verified_index', '<', index)
    .execute()
}

/** Messages that are known here and that the engine no longer has. */
async function missing(tx: Tx, sid: string, read: MessageFacts[]): Promise<MessageChange[]> {
  const [oldest, newest] = [read.at(0), read.at(-1)]
  if (!oldest || !newest) return []
  const rows = await tx
    .selectFrom('message')
    .select(['sid', 'position'])
    .where('conversation_sid', '=', sid)
    .where('position', '>=', oldest.index)
    .where('position', '<=', newest.index)
    .where('removed', '=', 0)
    .execute()
  const there = new Set(read.map((facts) => facts.sid))
  return rows
    .filter((row) => !there.has(row.sid))
    .map((row) => ({ kind: 'removed', sid: row.sid, index: row.position }))
}

export async function dueMessages(ctx: Context, limit: number, busy: string[]): Promise<Due> {
  const rows = await ctx.database.db
    .selectFrom('message')
    .select(['sid', 'receipts_due_at'])
    .where(isWithoutEnd)
    .where('receipts_due_at', '<', never)
    .$if(busy.length > 0, (query) => query.where('sid', 'not in', busy))
    .orderBy('receipts_due_at')
    .limit(limit)
    .execute()
  const now = ctx.clock()
  const due = rows.filter((row) => row.receipts_due_at <= now)
  return { keys: due.map(({ sid }) => sid), nextAt: rows.find((row) => row.receipts_due_at > now)?.receipts_due_at }
}

/** Asks how far a message got of which nothing more was heard. */
export async function askForReceipts(ctx: Context, messageSid: string): Promise<void> {
  const { db } = ctx.database
  const message = await db.selectFrom('message').selectAll().where('sid', '=', messageSid).executeTakeFirst()
  if (!message) return
  try {
    const receipts = (await ctx.engine.listReceipts(message.conversation_sid, messageSid)) ?? []
    const changes = receipts
      .map((receipt) => receiptChange(messageSid, receipt.status, receipt.errorCode))
      .filter((change) => change !== undefined)
    await ctx.events.transaction(async (tx) => {
      await lockConversation(ctx, tx, message.conversation_sid)
      await applyMessages(ctx, tx, message.conversation_sid, changes)
    })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
  }
  await db
    .updateTable('message')
    .set({ receipts_due_at: nextReceipts(message, ctx.clock()) })
    .where('sid', '=', messageSid)
    .execute()
}

function nextReceipts(message: MessageRow, now: number): number {
  const age = now - message.created_at
  return age > receiptsForMs ? never : now + Math.max(2 * minuteMs, Math.round(age / 2))
}

/** Lets go of what nobody can use any more. */
async function tidy(ctx: Context): Promise<void> {
  const { db } = ctx.database
  const now = ctx.clock()
  await releaseClaims(db, now)
  await db
    .deleteFrom('message_receipt')
    .where('at', '<', now - keepReceiptsMs)
    .execute()
}
