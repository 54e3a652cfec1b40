import { Hono } from 'hono'
import { z } from 'zod'
import type { Conversation, ConversationDetails, ConversationPage, SendRequest } from '../api.ts'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { readIdempotencyKey } from '../http/idempotency-key.ts'
import { invalidRequest, notFound } from '../http/problem.ts'
import { validate } from '../http/validate.ts'
import { closeConversation } from './close.ts'
import { readHistory } from './history.ts'
import { namesOf } from './names.ts'
import { presentConversation } from './present.ts'
import { markRead } from './read.ts'
import { sendMessage } from './send.ts'
import {
  type ConversationCursor,
  countUnread,
  findOwnConversation,
  listMembers,
  listOwnConversations,
  listOwnConversationsWith,
} from './store.ts'
import { text } from './text.ts'
import { windowOf } from './window.ts'

const defaultPage = 30
const maxPage = 100

const wholeNumber = z.coerce.number().int().min(0)
const pageSize = z.coerce.number().int().min(1).max(maxPage).default(defaultPage)
const listQuery = z.object({
  state: z.enum(['open', 'closed', 'all']).default('open'),
  pageToken: z.string().max(200).optional(),
  limit: pageSize,
})
const historyQuery = z.object({ before: wholeNumber.optional(), limit: pageSize })
const readBody = z.object({ lastReadIndex: z.number().int().min(0).optional() })
const contentSid = z.string().regex(/^HX[0-9a-f]{32}$/i, 'is not HX and 32 hexadecimal digits')
const contentVariables = z.union([
  z.string().max(16_384).refine(isJsonObject, 'is not a JSON object'),
  z
    .record(z.string(), z.union([z.string(), z.number()]).transform(String))
    .transform((values) => JSON.stringify(values)),
])
/** As the list of templates gives it, whole. */
const template = z.object({
  content: text,
  contentSid: contentSid.nullish().transform(orAbsent),
  contentVariables: contentVariables.nullish().transform(orAbsent),
})
const sendBody = z.union(
  [
    z.strictObject({ body: text }),
    z.strictObject({
      template,
    }),
  ],
  'Either a body that is not empty and not longer than 32 kB, or a template',
)

/** A worker's conversations and their messages. */
export function inboxRoutes(ctx: Context): Hono<AppEnvironment> {
  const { db } = ctx.database

  return new Hono<AppEnvironment>()
    .get('/', validate('query', listQuery), async (c) => {
      const { identity } = c.var.worker
      const { state, pageToken, limit } = c.req.valid('query')
      const after = pageToken === undefined ? undefined : readPageToken(pageToken)
      const rows = await listOwnConversations(db, identity, { state, after, limit: limit + 1 })
      const shown = rows.slice(0, limit)
      const last = rows.length > limit ? shown.at(-1) : undefined
      return c.json({
        conversations: shown.map((row) => presentConversation(row, row.unread_count)),
        ...(last && { nextPageToken: pageTokenOf({ updatedAt: last.updated_at, sid: last.sid }) }),
        unreadTotal: await countUnread(db, identity),
      } satisfies ConversationPage)
    })

    .get('/:sid', async (c) => {
      const sid = readSid(c.req.param('sid'))
      const own = await findOwnConversation(db, sid, c.var.worker.identity)
      if (!own) throw notFound('conversation')
      const identities = (await listMembers(db, sid)).map(({ identity }) => identity)
      const nameOf = await namesOf(db, identities)
      return c.json({
        conversation: presentConversation(own.conversation, own.member.unread_count),
        workers: identities.map((identity) => ({ identity, displayName: nameOf(identity) })),
        window: await windowOf(db, own.conversation, ctx.clock()),
      } satisfies ConversationDetails)
    })

    .post('/:sid/close', async (c) => {
      const sid = readSid(c.req.param('sid'))
      const conversation = await closeConversation(ctx, { worker: c.var.worker.identity, sid })
      return c.json({ conversation })
    })

    .post('/:sid/read', async (c) => {
      const sid = readSid(c.req.param('sid'))
      const { lastReadIndex } = await readOptionalBody(c.req.raw)
      const conversation = await markRead(ctx, { worker: c.var.worker.identity, sid, lastReadIndex })
      return c.json({ conversation })
    })

    .get('/:sid/messages', validate('query', historyQuery), async (c) => {
      const sid = readSid(c.req.param('sid'))
      return c.json(await readHistory(ctx, { worker: c.var.worker.identity, sid, ...c.req.valid('query') }))
    })

    .post('/:sid/messages', validate('json', sendBody), async (c) => {
      const sid = readSid(c.req.param('sid'))
      const key = readIdempotencyKey(c.req.header('idempotency-key'))
      const request = c.req.valid('json') as SendRequest
      const message = await sendMessage(ctx, { worker: c.var.worker, sid, key, request })
      return c.json({ message }, 201)
    })
}

/** A worker's conversations with a customer, the last changed first. */
export async function conversationsWithCustomer(
  ctx: Pick<Context, 'database'>,
  worker: string,
  customerId: string,
): Promise<Conversation[]> {
  const rows = await listOwnConversationsWith(ctx.database.db, worker, customerId, defaultPage)
  return rows.map((row) => presentConversation(row, row.unread_count))
}

/** @throws RequestError 404 for what cannot be a conversation's SID. */
export function readSid(sid: string): string {
  if (!/^CH[0-9a-f]{32}$/i.test(sid)) throw notFound('conversation')
  return sid
}

/** The body may be left out altogether. */
async function readOptionalBody(request: Request): Promise<z.infer<typeof readBody>> {
  const json = await request.text()
  const parsed = readBody.safeParse(json === '' ? {} : parseJson(json))
  if (parsed.success) return parsed.data
  throw invalidRequest('lastReadIndex: a message’s index, or nothing.')
}

function pageTokenOf(cursor: ConversationCursor): string {
  return Buffer.from(JSON.stringify([cursor.updatedAt, cursor.sid])).toString('base64url')
}

function readPageToken(token: string): ConversationCursor {
  const parsed = z
    .tuple([z.number().int(), z.string().regex(/^CH[0-9a-f]{32}$/i)])
    .safeParse(parseJson(Buffer.from(token, 'base64url').toString()))
  if (!parsed.success) throw invalidRequest('pageToken: not one of ours.')
  return { updatedAt: parsed.data[0], sid: parsed.data[1] }
}

function orAbsent<T>(value: T | null | undefined): T | undefined {
  return value ?? undefined
}

function isJsonObject(json: string): boolean {
  const value = parseJson(json)
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function parseJson(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
