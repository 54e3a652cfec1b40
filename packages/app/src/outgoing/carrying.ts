/** Carrying out an attempt in this process: its journal, its lease, and the list of those under way. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ChannelType, StartResult } from '../api.ts'
import type { Context } from '../context.ts'
import { recordStartedConversation } from '../inbox/project.ts'
import { type Attempt, insertAttempt, releaseLease, renewLease, saveAttempt } from './attempts.ts'
import { wakeWaiting } from './awaiting.ts'
import { carryOut } from './machine.ts'
import { resultOf } from './present.ts'
import { problemOf } from './problems.ts'
import { eventsOf, tellProgress } from './progress.ts'
import type { Failure, Journal, StepRecord } from './run.ts'
import { type Start, steps } from './steps.ts'

const defaultLeaseMs = 30_000
/** The engine's time-out of 10 seconds, and half a minute. */
const defaultSettleMs = 40_000

type UnderWay = { readonly attempt: Attempt; readonly ended: Promise<void> }
const underWay = new WeakMap<Context, Set<UnderWay>>()

/**
 * Carries an attempt out from where it stands until it has ended, or until it must be looked at again later.
 *
 * @param options.isNew it has not been stored: the first thing is to do so.
 * @param options.onConcluded there is an answer; only undoing may be left.
 * @throws a unique violation when the worker has used the key before, LeaseLostError when another process has taken
 *   the attempt over.
 */
export async function carryAttempt(
  ctx: Context,
  attempt: Attempt,
  options: { isNew: boolean; onConcluded?: () => void },
): Promise<void> {
  const progress = tellProgress(ctx, attempt)
  const leaseMs = leaseMsOf(ctx)
  const renewal = setInterval(() => {
    renewLease(ctx.database.db, attempt, ctx.clock() + leaseMs).catch((error) => {
      ctx.log.warn({ attemptId: attempt.id, err: error }, 'a lease could not be renewed')
    })
  }, leaseMs / 3).unref()
  const settleMs = ctx.options.startSettleMs ?? defaultSettleMs
  const journal = journalOf(ctx, attempt, options, progress)
  const ended = carryOut(steps, startOf(ctx, attempt), attempt.run, journal, { clock: ctx.clock, settleMs })
  const entry = { attempt, ended }
  const all = underWay.get(ctx) ?? new Set()
  underWay.set(ctx, all.add(entry))
  try {
    await ended
  } finally {
    all.delete(entry)
    clearInterval(renewal)
    progress.stop()
  }
}

/** Gives what is under way `graceMs` to end, and then puts it out of this process's hands for the next one. */
export async function releaseUnderWay(ctx: Context, graceMs: number): Promise<void> {
  const all = underWay.get(ctx) ?? new Set()
  const ended = Promise.allSettled([...all].map((entry) => entry.ended))
  await Promise.race([ended, delay(graceMs, undefined, { ref: false })])
  for (const { attempt } of all) await releaseLease(ctx.database.db, attempt)
}

/** How long an attempt stays in the hands of a process that gives no more signs of life, in milliseconds. */
export function leaseMsOf({ options }: Context): number {
  return options.startLeaseMs ?? defaultLeaseMs
}

function startOf(ctx: Context, { id, worker, request }: Attempt): Start {
  const { type, value } = request.channel
  const channel = { type: type as ChannelType, value }
  return { ctx, attemptId: id, worker, customerId: request.customerId, channel }
}

function journalOf(
  ctx: Context,
  attempt: Attempt,
  options: { isNew: boolean; onConcluded?: () => void },
  progress: { noticed(): void; stop(): void },
): Journal {
  const { database, events, clock } = ctx
  let isStored = !options.isNew

  return {
    async record() {
      if (attempt.answer) return end()
      if (isStored) return saveAttempt(database.db, attempt, clock() + leaseMsOf(ctx))
      await insertAttempt(database.db, attempt, clock() + leaseMsOf(ctx))
      isStored = true
    },

    async conclude(failure) {
      progress.stop()
      attempt.answeredAt = clock()
      attempt.answer = failure ? { problem: problemOf(failure, attempt) } : { result: resultOfStart(attempt) }
      if (failure) logFailure(ctx, attempt, failure)
      await database.db.transaction().execute(async (tx) => {
        await saveAttempt(tx, attempt, leaseOf(ctx, attempt))
        const started = startedConversation(attempt)
        if (started) await recordStartedConversation(ctx, tx, started)
        await events.append(tx, eventsOf(attempt))
      })
      announce()
      countStart(ctx, attempt)
      options.onConcluded?.()
    },

    noticed(ended) {
      if (ended) countStep(ctx, ended)
      if (!attempt.answer) progress.noticed()
    },

    note(text) {
      attempt.notes.push({ at: clock(), text })
    },
  }

  /** The answer is out; this is how the undoing stands. */
  async function end(): Promise<void> {
    await database.db.transaction().execute(async (tx) => {
      await saveAttempt(tx, attempt, leaseOf(ctx, attempt))
      await events.append(tx, eventsOf(attempt))
    })
    announce()
  }

  function announce(): void {
    events.announce()
    wakeWaiting(ctx)
  }
}

/** Until when an attempt is in hand: until the next look when undoing has to wait, and not at all at its end. */
function leaseOf(ctx: Context, { run }: Attempt): number | null {
  if (run.lookAgainAt !== undefined) return run.lookAgainAt
  const isOver = run.state !== 'undoing' && run.steps.every(({ outcome }) => outcome !== 'undoing')
  return isOver ? null : ctx.clock() + leaseMsOf(ctx)
}

function resultOfStart(attempt: Attempt): StartResult {
  const added = resultOf(attempt, 'addCustomer')
  const proxyAddress = resultOf(attempt, 'getProxyAddress')?.proxyAddress ?? null
  if (!added) throw new TypeError(`attempt ${attempt.id} succeeded without a customer`)
  return { conversationSid: added.conversationSid, proxyAddress, attemptId: attempt.id, reused: added.reused }
}

/** What the inbox learns of at once; of a reused conversation it has read already. */
function startedConversation(attempt: Attempt) {
  const { answer, request, worker } = attempt
  const checked = resultOf(attempt, 'checkCustomer')
  const created = resultOf(attempt, 'createConversation')
  if (!checked || !created || !answer || !('result' in answer) || answer.result.reused) return undefined
  const workerParticipantSid = resultOf(attempt, 'addWorker')?.participantSid
  return {
    sid: created.conversationSid,
    worker: worker.identity,
    ...(workerParticipantSid && { workerParticipantSid }),
    displayName: checked.displayName,
    avatar: checked.avatar,
    customerId: request.customerId,
    channel: request.channel.type as ChannelType,
    contactAddress: checked.address,
    proxyAddress: answer.result.proxyAddress,
    createdAt: created.createdAt,
  }
}

function countStep({ metrics }: Context, { name, failed, ms = 0 }: StepRecord<PropertyKey>): void {
  metrics.stepEnded({ step: String(name), outcome: failed ? 'failed' : 'done', ms })
}

function countStart({ metrics, clock }: Context, { answer, startedAt }: Attempt): void {
  if (!answer) return
  const ms = clock() - startedAt
  if ('problem' in answer) metrics.startEnded({ outcome: 'failed', code: answer.problem.code, ms })
  else metrics.startEnded({ outcome: answer.result.reused ? 'reused' : 'succeeded', ms })
}

function logFailure(ctx: Context, attempt: Attempt, { step, error }: Failure): void {
  const code = attempt.answer && 'problem' in attempt.answer ? attempt.answer.problem.code : 0
  const fields = { attemptId: attempt.id, requestId: attempt.requestId, step, code }
  if (code === 48050) ctx.log.error({ ...fields, err: error }, 'a start failed')
  else ctx.log.info(fields, 'a start failed')
}
