import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { isUniqueViolation } from '@firstline/database'
import type { StartRequest } from '../api.ts'
import type { Context } from '../context.ts'
import { RequestError } from '../http/problem.ts'
import { type Answer, type Attempt, findAttemptByKey, LeaseLostError, releaseKey } from './attempts.ts'
import { awaitAnswer } from './awaiting.ts'
import { carryAttempt } from './carrying.ts'
import { inLine } from './line.ts'
import { newRun } from './run.ts'
import { steps } from './steps.ts'

export type StartInput = {
  readonly worker: { readonly identity: string; readonly displayName: string }
  /** The same key within a day is the same start. */
  readonly idempotencyKey: string
  readonly request: StartRequest
  readonly requestId: string
}

const keyLifeMs = 24 * 60 * 60_000
/** A failure is answered when it is undone, or after this; the undoing goes on. */
const patienceMs = 2_000
/** Longer than a start can take. */
const maxWaitMs = 60_000

/**
 * Starts a conversation with a customer, or tells what became of the same start asked for before.
 *
 * @returns the result, or the problem of a start that failed, also when it failed the first time.
 * @throws RequestError 422 when the key was used for something else, 503 when the first one takes too long.
 *   ContractError 48050 when there is too much to do.
 */
export function startConversation(ctx: Context, input: StartInput): Promise<Answer> {
  return inLine(ctx, () => start(ctx, input))
}

async function start(ctx: Context, input: StartInput): Promise<Answer> {
  const attempt = newAttempt(ctx, input)
  const concluded = Promise.withResolvers<void>()
  let isConcluded = false
  const onConcluded = () => {
    isConcluded = true
    concluded.resolve()
  }
  const ended = carryAttempt(ctx, attempt, { isNew: true, onConcluded }).catch((error) => {
    if (!isConcluded) throw error
    // Only undoing is left, and the sweeper comes back to it.
    ctx.log.warn({ attemptId: attempt.id, err: error }, 'undoing was broken off')
  })
  try {
    await Promise.race([ended, concluded.promise.then(() => delay(patienceMs, undefined, { ref: false }))])
  } catch (error) {
    if (isUniqueViolation(error)) return repeat(ctx, input)
    if (!(error instanceof LeaseLostError)) throw error
    return answerOf(await awaitAnswer(ctx, attempt.id, maxWaitMs))
  }
  return answerOf(attempt)
}

/** The worker's own start of the last 24 hours by its key. */
export async function findOwnStart(ctx: Context, worker: string, key: string): Promise<Attempt | undefined> {
  const attempt = await findAttemptByKey(ctx.database.db, worker, key)
  return attempt && !isOld(ctx, attempt) ? attempt : undefined
}

async function repeat(ctx: Context, input: StartInput): Promise<Answer> {
  const first = await findAttemptByKey(ctx.database.db, input.worker.identity, input.idempotencyKey)
  if (!first) return start(ctx, input)
  if (isOld(ctx, first)) {
    await releaseKey(ctx.database.db, first.id)
    return start(ctx, input)
  }
  if (!isSameRequest(first, input.request)) {
    const detail = 'This Idempotency-Key was used to start another conversation. Use a new key for a new start.'
    throw new RequestError(422, 'Key used before', detail)
  }
  return answerOf(first.answer ? first : await awaitAnswer(ctx, first.id, maxWaitMs))
}

function newAttempt(ctx: Context, { worker, idempotencyKey, request, requestId }: StartInput): Attempt {
  return {
    id: randomUUID(),
    worker: { identity: worker.identity, displayName: worker.displayName },
    idempotencyKey,
    requestId,
    request,
    run: newRun(steps),
    notes: [],
    startedAt: ctx.clock(),
    fence: 1,
  }
}

function answerOf(attempt: Attempt | undefined): Answer {
  if (attempt?.answer) return attempt.answer
  const detail = 'The start is still under way. Ask again with the same key in a moment.'
  throw new RequestError(503, 'Still under way', detail, { retryable: true }, { 'retry-after': '5' })
}

function isOld(ctx: Context, { startedAt }: Attempt): boolean {
  return startedAt + keyLifeMs <= ctx.clock()
}

function isSameRequest({ request: first }: Attempt, { customerId, channel }: StartRequest): boolean {
  return first.customerId === customerId && first.channel.type === channel.type && first.channel.value === channel.value
}
