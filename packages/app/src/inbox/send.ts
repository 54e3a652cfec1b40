/** Takes a worker's message: recorded first, sent by the conversation's queue (`sending.ts`). */
import { createHash, randomUUID } from 'node:crypto'
import { isUniqueViolation } from '@firstline/database'
import type { Message, Problem, SendRequest } from '../api.ts'
import type { Context } from '../context.ts'
import type { SignedInWorker } from '../http/environment.ts'
import { invalidRequest, notFound, RequestError } from '../http/problem.ts'
import { failureOf } from './failures.ts'
import { namesOf } from './names.ts'
import { claimMs, findClaim, findOutgoing, nextPosition, releaseClaims } from './outgoing-store.ts'
import { presentMessage, presentOutgoing } from './present.ts'
import { lockConversation } from './project.ts'
import { decidedTopic, sendingTopic } from './sending.ts'
import { findConversation, findOwnConversation, type Tx } from './store.ts'
import type { ConversationRow, OutgoingMessageRow } from './tables.ts'
import { tellMembers } from './tell.ts'
import { whyTooLong } from './text.ts'
import { windowOf } from './window.ts'

/** How long a request waits for its message to be decided; afterwards events tell. */
const patienceMs = 8_000
const lookAgainMs = 500
/** https://www.twilio.com/docs/api/errors/63016 */
const needsTemplate = 63016

type Sender = Pick<SignedInWorker, 'identity'>
export type SendInput = { worker: Sender; sid: string; key: string; request: SendRequest }

/**
 * Sends a message in a worker's conversation. The same key again, for 24 hours, is the same message.
 *
 * @returns the message: `sent`, `failed` with its `failure`, or `sending` when nothing is known after 8 seconds.
 * @throws RequestError 400 when it is too long for the channel, 404 when the conversation is not the worker's, 409 when
 *   it is closed, 422 when WhatsApp takes only a template now, or when the key stands for another message.
 */
export async function sendMessage(ctx: Context, input: SendInput): Promise<Message> {
  const row = await record(ctx, input)
  if (row.refusal) throw refusalOf(row.refusal)
  ctx.database.wake(sendingTopic)
  return present(ctx, await decided(ctx, row))
}

async function record(ctx: Context, input: SendInput): Promise<OutgoingMessageRow> {
  // A key may hold spaces, and so may an identity: which is which must stay clear.
  const claim = `${input.worker.identity} ${encodeURIComponent(input.key)}`
  try {
    return await ctx.events.transaction((tx) => recordIn(ctx, tx, claim, input))
  } catch (error) {
    // The same request came twice at once, perhaps to two nodes: the other one has recorded it.
    if (!isUniqueViolation(error)) throw error
    const first = await findClaim(ctx.database.db, claim)
    if (!first) throw error
    return sameInput(first, input)
  }
}

async function recordIn(ctx: Context, tx: Tx, claim: string, input: SendInput): Promise<OutgoingMessageRow> {
  const { worker, sid, request } = input
  await lockConversation(ctx, tx, sid)
  const own = await findOwnConversation(tx, sid, worker.identity)
  if (!own) throw notFound('conversation')
  const body = 'body' in request ? request.body : request.template.content
  const tooLong = whyTooLong(own.conversation.channel, body)
  if (tooLong) throw invalidRequest(`${'body' in request ? 'body' : 'template.content'}: ${tooLong}.`)
  const now = ctx.clock()
  const first = await findClaim(tx, claim)
  if (first && now < first.created_at + claimMs) return sameInput(first, input)
  if (first) await releaseClaims(tx, now, claim)
  const refusal = await refuse(tx, own.conversation, request, now)
  const template = 'template' in request ? request.template : undefined
  const row = await tx
    .insertInto('outgoing_message')
    .values({
      id: randomUUID(),
      conversation_sid: sid,
      worker: worker.identity,
      idempotency_key: input.key,
      claim,
      input_hash: hashOf(input),
      body,
      from_template: template ? 1 : 0,
      content_sid: template?.contentSid ?? null,
      content_variables: template?.contentVariables ?? null,
      state: refusal ? 'refused' : 'queued',
      message_sid: null,
      error_code: 0,
      refusal: refusal ? JSON.stringify(refusal) : null,
      position: await nextPosition(tx, sid),
      created_at: now,
      attempts: 0,
      asked_at: 0,
      due_at: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow()
  if (!refusal) await tellMembers(ctx, tx, sid, { outgoing: [row] })
  return row
}

type Refusal = { status: number; title: string; detail: string; extra: Partial<Problem> }

/** Why the conversation does not allow a message. The engine would refuse it too, but later. */
async function refuse(
  tx: Tx,
  conversation: ConversationRow,
  request: SendRequest,
  now: number,
): Promise<Refusal | undefined> {
  if (conversation.state === 'closed') {
    const detail = 'Nothing can be sent in a closed conversation. Start a new one with the customer.'
    return { status: 409, title: 'The conversation is closed', detail, extra: {} }
  }
  const window = await windowOf(tx, conversation, now)
  if (window.freeText || 'template' in request) return undefined
  const extra = {
    code: needsTemplate,
    cause: 'WhatsApp refuses free text outside the 24-hour window: the message would fail with 63016.',
    remedy: 'Offer approved templates by the templates callback.',
  }
  return { status: 422, title: failureOf(needsTemplate).title, detail: window.reason, extra }
}

function refusalOf(json: string): RequestError {
  const { status, title, detail, extra } = JSON.parse(json) as Refusal
  return new RequestError(status, title, detail, extra)
}

function sameInput(first: OutgoingMessageRow, input: SendInput): OutgoingMessageRow {
  if (first.input_hash === hashOf(input)) return first
  throw new RequestError(422, 'Key used already', 'This Idempotency-Key stands for another message. Use a new one.')
}

function hashOf({ sid, request }: SendInput): string {
  const { contentSid, contentVariables, content } = 'template' in request ? request.template : {}
  const input = 'body' in request ? { body: request.body } : { content, contentSid, contentVariables }
  return createHash('sha256')
    .update(JSON.stringify([sid, input]))
    .digest('hex')
}

/** Waits until the message is sent or failed, but not for ever, and not when it is put off for longer than that. */
async function decided(ctx: Context, row: OutgoingMessageRow): Promise<OutgoingMessageRow> {
  const deadline = performance.now() + patienceMs
  const mayBeDecided = ({ state, due_at: dueAt }: OutgoingMessageRow) =>
    state === 'sending' || (state === 'queued' && dueAt - ctx.clock() < deadline - performance.now())
  let now = row
  while (mayBeDecided(now) && performance.now() < deadline) {
    // Listening begins before looking: nothing that happens in between gets lost.
    const woken = nextWake(ctx)
    now = (await findOutgoing(ctx.database.db, row.id)) ?? now
    if (mayBeDecided(now)) await woken.promise
    woken.cancel()
  }
  return now
}

function nextWake(ctx: Context): { promise: Promise<void>; cancel: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>()
  const unlisten = ctx.database.onWake(decidedTopic, resolve)
  const timer = setTimeout(resolve, lookAgainMs)
  return {
    promise,
    cancel: () => {
      clearTimeout(timer)
      unlisten()
    },
  }
}

async function present(ctx: Context, row: OutgoingMessageRow): Promise<Message> {
  const { db } = ctx.database
  const nameOf = await namesOf(db, [row.worker])
  if (row.message_sid === null) return presentOutgoing(row, nameOf)
  const conversation = await findConversation(db, row.conversation_sid)
  const message = await db.selectFrom('message').selectAll().where('sid', '=', row.message_sid).executeTakeFirst()
  if (!conversation || !message) throw notFound('conversation')
  return presentMessage(message, conversation, nameOf, row.idempotency_key)
}
