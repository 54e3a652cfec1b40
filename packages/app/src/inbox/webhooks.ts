/** Takes webhooks in: verified, stored, answered. They are worked on afterwards (`webhook-work.ts`). */
import { createHash } from 'node:crypto'
import { verifySignature } from '@firstline/callbacks'
import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Context } from '../context.ts'
import type { AppEnvironment } from '../http/environment.ts'
import { RequestError } from '../http/problem.ts'
import type { StoredWebhookRow } from './tables.ts'

export const webhookPath = '/webhooks/conversations'
export const webhookTopic = 'webhooks'

/** A body of 32 kB and 16 kB of attributes, form-encoded, are below. */
const maxBytes = 256 * 1024
const maxBatch = 100
const formTypes = /^application\/x-www-(form-)?urlencoded\s*(;|$)/i
const conversationSidForm = /^CH[0-9a-f]{32}$/i

/**
 * A start adds a conversation and its participants one after the other and writes them down itself: waiting a moment
 * saves asking the engine for each.
 */
const patienceMs: Readonly<Record<string, number>> = { onConversationAdded: 500, onParticipantAdded: 500 }

/** Where the engine's webhooks go; this is what it signs. */
export function webhookUrl(ctx: Pick<Context, 'options'>): string {
  return ctx.options.publicUrl.replace(/\/$/, '') + webhookPath
}

/** `POST` with a signed form → 200 once it is stored. */
export function webhookRoutes(ctx: Context): Hono<AppEnvironment> {
  let last = 0
  const nextPosition = () => {
    last = Math.max(last + 1, ctx.clock() * 1000)
    return last
  }

  const store = createWriter(ctx)
  const { account, previousAuthToken } = ctx.options
  const authTokens = [account.authToken, previousAuthToken ?? '']

  const tooLarge = () => {
    throw new RequestError(413, 'Too large', `A webhook has at most ${maxBytes} bytes.`)
  }
  return new Hono<AppEnvironment>().post('/', bodyLimit({ maxSize: maxBytes, onError: tooLarge }), async (c) => {
    if (!formTypes.test(c.req.header('content-type') ?? '')) {
      throw new RequestError(415, 'Not a form', 'Webhooks are sent as application/x-www-form-urlencoded.')
    }
    const params = new URLSearchParams(await c.req.text())
    const signature = c.req.header('x-twilio-signature')
    if (!verifySignature({ url: webhookUrl(ctx), params, signature, authTokens })) {
      // Not the parameters: nobody knows who sent them.
      ctx.log.warn(
        { requestId: c.var.requestId, signed: signature !== undefined },
        'a webhook was not signed by the account',
      )
      throw new RequestError(
        403,
        'Wrong signature',
        'The signature does not match the account’s token and the public URL.',
      )
    }
    const row = webhookRow(ctx, Object.fromEntries(params), nextPosition)
    if (row) await store(row)
    return c.json({})
  })
}

/** @returns `undefined` for what is not ours to work on. */
function webhookRow(
  ctx: Context,
  params: Record<string, string>,
  nextPosition: () => number,
): StoredWebhookRow | undefined {
  const { EventType: type = '', ConversationSid: sid = '', ChatServiceSid: serviceSid } = params
  // An account may have several services; only one is ours.
  if (serviceSid !== undefined && serviceSid !== ctx.options.engine.serviceSid) return undefined
  if (!conversationSidForm.test(sid)) return undefined
  const now = ctx.clock()
  return {
    id: contentHash(params),
    conversation_sid: sid,
    type,
    params: JSON.stringify(params),
    position: nextPosition(),
    received_at: now,
    attempts: 0,
    due_at: now + (patienceMs[type] ?? 0),
  }
}

/** Webhooks that come while others are being written are written together: one wait for the disk for all of them. */
function createWriter(ctx: Context): (row: StoredWebhookRow) => Promise<void> {
  let waiting: { row: StoredWebhookRow; written: PromiseWithResolvers<void> }[] = []
  let isWriting = false

  async function write(): Promise<void> {
    isWriting = true
    while (waiting.length > 0) {
      const batch = waiting.slice(0, maxBatch)
      waiting = waiting.slice(maxBatch)
      try {
        const rows = batch.map(({ row }) => row)
        await ctx.database.db
          .insertInto('stored_webhook')
          .values(rows)
          .onConflict((on) => on.column('id').doNothing())
          .execute()
        for (const { written } of batch) written.resolve()
      } catch (error) {
        for (const { written } of batch) written.reject(error)
      }
      ctx.database.wake(webhookTopic)
    }
    isWriting = false
  }

  return (row) => {
    const written = Promise.withResolvers<void>()
    waiting.push({ row, written })
    if (!isWriting) void write()
    return written.promise
  }
}

/** The same for a webhook that comes again. */
function contentHash({ RetryCount: _, ...params }: Record<string, string>): string {
  const sorted = Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('hex')
}
