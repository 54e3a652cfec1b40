import type { Engine } from '../engine.ts'
import { notFound } from '../errors.ts'
import type { PhoneRow } from '../tables.ts'

const maxPhones = 500
const maxMessages = 1_000

/** The handsets, the one with the latest activity first. */
export async function listPhones(engine: Engine) {
  const rows = await engine.database.db
    .selectFrom('phone')
    .selectAll()
    .orderBy('last_activity_at', 'desc')
    .orderBy('address')
    .limit(maxPhones)
    .execute()
  return rows.map(presentPhone)
}

function presentPhone(row: PhoneRow) {
  return {
    address: row.address,
    channel: row.channel,
    displayName: row.display_name,
    lastActivityAt: new Date(row.last_activity_at).toISOString(),
  }
}

export type Thread = {
  readonly channel: string
  /** The business's number; null on chat, which has none. */
  readonly proxyAddress: string | null
  /** The open conversation, or on chat the thread's own. */
  readonly conversationSid?: string
  readonly open: boolean
  readonly messages: { sid: string; from: 'customer' | 'business'; body: string; at: string }[]
}

/**
 * A handset's threads: one for each business number that it was in contact with, on chat one for each conversation.
 *
 * @throws RestError 20404 when there is no such handset.
 */
export async function readPhone(engine: Engine, address: string) {
  const { db } = engine.database
  const phone = await db.selectFrom('phone').selectAll().where('address', '=', address).executeTakeFirst()
  if (!phone) throw notFound(`/simulator/phones/${address}`)
  const open = phone.channel === 'chat' ? await openChats(engine, address) : await openBindings(engine, address)
  const newest = await db
    .selectFrom('handset_message')
    .selectAll()
    .where('address', '=', address)
    .orderBy('position', 'desc')
    .limit(maxMessages)
    .execute()
  const isChat = phone.channel === 'chat'
  const messages = Map.groupBy(newest.reverse(), (row) => (isChat ? row.conversation_sid : row.proxy_address))
  const threads: Thread[] = [...new Set([...messages.keys(), ...open.keys()])].map((key) => {
    const conversationSid = open.get(key) ?? (isChat ? key : undefined)
    return {
      channel: phone.channel,
      proxyAddress: isChat ? null : key,
      ...(conversationSid !== undefined && { conversationSid }),
      open: open.has(key),
      messages: (messages.get(key) ?? []).map((row) => ({
        sid: row.sid,
        from: row.sender,
        body: row.body,
        at: new Date(row.at).toISOString(),
      })),
    }
  })
  return { ...presentPhone(phone), threads: threads.sort(byLatest) }
}

/** Open conversations by business number. */
async function openBindings(engine: Engine, address: string): Promise<Map<string, string>> {
  const rows = await engine.database.db
    .selectFrom('binding')
    .select(['proxy_address', 'conversation_sid'])
    .where('address', '=', address)
    .execute()
  return new Map(rows.map((row) => [row.proxy_address, row.conversation_sid]))
}

async function openChats(engine: Engine, identity: string): Promise<Map<string, string>> {
  const rows = await engine.database.db
    .selectFrom('participant')
    .innerJoin('conversation', 'conversation.sid', 'participant.conversation_sid')
    .select('conversation.sid')
    .where('participant.identity', '=', identity)
    .where('conversation.state', '!=', 'closed')
    .execute()
  return new Map(rows.map(({ sid }) => [sid, sid]))
}

function byLatest(a: Thread, b: Thread): number {
  return (b.messages.at(-1)?.at ?? '').localeCompare(a.messages.at(-1)?.at ?? '')
}
