/** Works on stored webhooks: those of one conversation together and in order, conversations beside each other. */
import type { Context } from '../context.ts'
import { EngineError } from '../engine/error.ts'
import { type Due, type Loop, startLanes } from '../loop.ts'
import { applyMessages, type MessageChange, receiptChange } from './apply-messages.ts'
import { messageFacts, messageFactsFromWebhook } from './facts.ts'
import { underLease } from './lease.ts'
import { applyReading, type ConversationReading, lockConversation, readConversation } from './project.ts'
import { findConversation, listMembers, type Store, type Tx } from './store.ts'
import type { ConversationRow, MemberRow, StoredWebhookRow } from './tables.ts'
import { markClosed } from './tell.ts'
import { webhookTopic } from './webhooks.ts'

const pollMs = 5_000
const conversationsAtOnce = 8
const maxBatch = 100
/** More than a conversation has of one moment. */
const readAtOnce = 100
const longestRetryAfterMs = 60_000
/** After that a webhook is given up; what it told is found by the slow round. */
const maxAttempts = 12
const giveUpAfterMs = 24 * 60 * 60_000

export function startWebhookWork(ctx: Context): Loop {
  return startLanes(
    ctx,
    { name: 'webhooks', topic: webhookTopic, everyMs: pollMs, atOnce: conversationsAtOnce },
    (limit, busy) => dueWebhooks(ctx, limit, busy),
    (sid) => workOnWebhooks(ctx, sid),
  )
}

/** The conversations of which webhooks are due, the longest waiting first. */
export async function dueWebhooks(ctx: Context, limit: number, busy: string[] = []): Promise<Due> {
  const { db } = ctx.database
  const now = ctx.clock()
  const found = new Set<string>()
  let page: string[]
  do {
    page = await longestDue(db, now, [...busy, ...found])
    for (const sid of page) found.add(sid)
  } while (found.size < limit && page.length === readAtOnce)
  const next = await db
    .selectFrom('stored_webhook')
    .select((eb) => eb.fn.min<number | null>('due_at').as('at'))
    .where('due_at', '>', now)
    .executeTakeFirst()
  return { keys: [...found].slice(0, limit), nextAt: next?.at ?? undefined }
}

/** A page of webhooks that are due, by their conversations: all of them grouped would be all of them read. */
async function longestDue(db: Store, now: number, except: string[]): Promise<string[]> {
  const rows = await db
    .selectFrom('stored_webhook')
    .select('conversation_sid as sid')
    .where('due_at', '<=', now)
    .$if(except.length > 0, (query) => query.where('conversation_sid', 'not in', except))
    .orderBy('due_at')
    .orderBy('position')
    .limit(readAtOnce)
    .execute()
  return rows.map(({ sid }) => sid)
}

/** Works on the webhooks of one conversation. @returns `false` when another node is at it. */
export async function workOnWebhooks(ctx: Context, sid: string): Promise<boolean> {
  return await underLease(ctx, `webhooks ${sid}`, async () => {
    while (await workOnBatch(ctx, sid));
  })
}

/** @returns whether something was done. */
async function workOnBatch(ctx: Context, sid: string): Promise<boolean> {
  // What is not due yet only waits for company.
  const rows = await ctx.database.db
    .selectFrom('stored_webhook')
    .selectAll()
    .where('conversation_sid', '=', sid)
    .where((eb) => eb.or([eb('attempts', '=', 0), eb('due_at', '<=', ctx.clock())]))
    .orderBy('position')
    .limit(maxBatch)
    .execute()
  if (rows.length === 0) return false
  try {
    await applyBatch(ctx, sid, rows)
  } catch (error) {
    if (error instanceof EngineError) await tryLater(ctx, rows, error)
    // One of them may be the cause: the others need not wait for it.
    else for (const row of rows) await applyBatch(ctx, sid, [row]).catch((cause) => tryLater(ctx, [row], cause))
  }
  return true
}

async function applyBatch(ctx: Context, sid: string, rows: StoredWebhookRow[]): Promise<void> {
  const { db } = ctx.database
  const webhooks = rows.map((row) => ({ type: row.type, params: JSON.parse(row.params) as Record<string, string> }))
  const known = await findConversation(db, sid)
  const members = await listMembers(db, sid)
  const mustRead = !known || webhooks.some((webhook) => !isKnownAlready(webhook, known, members))
  const read = mustRead ? await readConversation(ctx, sid) : undefined
  const gone = read !== undefined && !read.facts
  const changes = gone ? [] : await readChanges(ctx, sid, webhooks)
  await ctx.events.transaction(async (tx) => {
    await lockConversation(ctx, tx, sid)
    await applyAll(ctx, tx, sid, { read, closed: webhooks.some(saysClosed), changes })
    await tx
      .deleteFrom('stored_webhook')
      .where(
        'id',
        'in',
        rows.map(({ id }) => id),
      )
      .execute()
  })
}

async function applyAll(
  ctx: Context,
  tx: Tx,
  sid: string,
  batch: { read: ConversationReading | undefined; closed: boolean; changes: MessageChange[] },
): Promise<void> {
  if (batch.read) await applyReading(ctx, tx, batch.read)
  if (batch.closed) await markClosed(ctx, tx, sid)
  await applyMessages(ctx, tx, sid, batch.changes)
}

type Webhook = { type: string; params: Record<string, string> }

/** Whether a webhook tells nothing of the conversation or its participants that is not written down. */
function isKnownAlready({ type, params }: Webhook, known: ConversationRow, members: MemberRow[]): boolean {
  switch (type) {
    case 'onConversationAdded':
      return true
    case 'onConversationStateUpdated':
      return params['StateTo'] === 'closed' || params['StateTo'] === known.state
    case 'onParticipantAdded': {
      const { Identity: identity, ParticipantSid: participantSid } = params
      const contact = params['MessagingBinding.Address'] ?? identity
      if (contact === known.contact_address) return true
      return members.some((member) => member.identity === identity && member.participant_sid === participantSid)
    }
    case 'onConversationUpdated':
    case 'onConversationRemoved':
    case 'onParticipantUpdated':
    case 'onParticipantRemoved':
      return false
    case 'onMessageAdded':
      // Somebody wrote in it, so the engine has made it active again.
      return known.state !== 'inactive' && known.contact_address !== ''
    default:
      return true
  }
}

const saysClosed = ({ type, params }: Webhook) =>
  type === 'onConversationStateUpdated' && params['StateTo'] === 'closed'

async function readChanges(ctx: Context, sid: string, webhooks: Webhook[]): Promise<MessageChange[]> {
  const changes: MessageChange[] = []
  for (const { type, params } of webhooks) {
    const messageSid = params['MessageSid'] ?? ''
    if (type === 'onMessageAdded' || type === 'onMessageUpdated') {
      const facts = messageFactsFromWebhook(params) ?? (await fetchFacts(ctx, sid, messageSid))
      if (facts) changes.push({ kind: 'message', facts })
    } else if (type === 'onMessageRemoved') {
      changes.push({ kind: 'removed', sid: messageSid, index: Number(params['Index']) || 0 })
    } else if (type === 'onDeliveryUpdated') {
      const receipt = receiptChange(messageSid, params['Status'], params['ErrorCode'])
      if (receipt) changes.push(receipt)
    }
  }
  return changes
}

async function fetchFacts(ctx: Context, sid: string, messageSid: string) {
  const message = messageSid ? await ctx.engine.fetchMessage(sid, messageSid) : undefined
  return message && messageFacts(message)
}

async function tryLater(ctx: Context, rows: StoredWebhookRow[], error: unknown): Promise<void> {
  const { db } = ctx.database
  for (const { id, attempts, type, conversation_sid: sid, received_at: receivedAt } of rows) {
    const tries = attempts + 1
    const isOurs = !(error instanceof EngineError)
    if (isOurs) ctx.log.error({ err: error, type, sid, tries }, 'a webhook could not be worked on')
    if ((isOurs && tries >= maxAttempts) || receivedAt < ctx.clock() - giveUpAfterMs) {
      await db.deleteFrom('stored_webhook').where('id', '=', id).execute()
      continue
    }
    const dueAt = ctx.clock() + Math.min(longestRetryAfterMs, 500 * 2 ** Math.min(tries, 10))
    await db.updateTable('stored_webhook').set({ attempts: tries, due_at: dueAt }).where('id', '=', id).execute()
  }
}
