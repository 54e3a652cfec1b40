/** Whether the app's messages of a conversation are those of the engine. */
import type { Context } from '../context.ts'
import type { EngineMessage } from '../engine/engine.ts'
import { isFurther, messageFacts } from '../inbox/facts.ts'
import type { ConversationRow, DeliveryStatus, MessageRow } from '../inbox/tables.ts'

/** The newest ones: of a conversation that it did not know before the app reads no more either. */
const maxMessages = 1_000

/** SIDs of messages, by what is the matter with them. */
export type Differences = {
  read: number
  missing: string[]
  different: string[]
  surplus: string[]
  /** The engine knows of a later step of the delivery. */
  behind: string[]
}

/** @returns `undefined` when the engine has no such conversation any more. */
export async function compareMessages(ctx: Context, { sid }: ConversationRow): Promise<Differences | undefined> {
  const read = await ctx.engine.newestMessages(sid, maxMessages)
  if (!read) return undefined
  const rows = await ctx.database.db.selectFrom('message').selectAll().where('conversation_sid', '=', sid).execute()
  const known = new Map(rows.map((row) => [row.sid, row]))
  const oldest = read.length < maxMessages ? 0 : Math.min(...read.map(({ index }) => index))
  const found: Differences = { read: read.length, missing: [], different: [], surplus: [], behind: [] }
  for (const message of read) {
    const row = known.get(message.sid)
    known.delete(message.sid)
    if (!row || row.removed) found.missing.push(message.sid)
    else if (isDifferent(message, row)) found.different.push(message.sid)
    else if (isBehind(message, row)) found.behind.push(message.sid)
  }
  for (const row of known.values()) if (!row.removed && row.position >= oldest) found.surplus.push(row.sid)
  return found
}

function isDifferent(message: EngineMessage, row: MessageRow): boolean {
  const facts = messageFacts(message)
  if (row.author !== facts.author || row.position !== facts.index) return true
  // What the engine says of a message made from an approved template need not be its text.
  return !facts.fromTemplate && row.body !== facts.body
}

function isBehind({ delivery }: EngineMessage, { direction, status }: MessageRow): boolean {
  const reached = direction === 'outbound' ? reachedBy(delivery) : undefined
  return reached !== undefined && isFurther(reached, status)
}

/** The furthest that all have got, or any has failed: https://www.twilio.com/docs/conversations/delivery-receipts */
function reachedBy(delivery: unknown): DeliveryStatus | undefined {
  const shares = (delivery ?? {}) as Partial<Record<DeliveryStatus, string>>
  const failed = (['failed', 'undelivered'] as const).find((status) => (shares[status] ?? 'none') !== 'none')
  return failed ?? (['read', 'delivered'] as const).find((status) => shares[status] === 'all')
}
