/** How an attempt is written down while it is carried out, and who is told of it. */
import type { ChannelType, StartResult } from '../api.ts'
import type { Context } from '../context.ts'
import { recordStartedConversation, type StartedConversation } from '../inbox/project.ts'
import { type Answer, type Attempt, insertAttempt, saveAttempt } from './attempts.ts'
import { wakeWaiting } from './awaiting.ts'
import { resultOf } from './present.ts'
import { problemOf } from './problems.ts'
import { eventsOf, type Progress } from './progress.ts'
import { CutOffError, type Failure, type Journal, type StepRecord } from './run.ts'
import type { Results } from './steps.ts'

const defaultLeaseMs = 30_000
/** Of one that cannot be undone for weeks the beginning is worth more than the end. */
const maxNotes = 100

/** How long an attempt stays in the hands of a process that gives no more signs of life, in milliseconds. */
export function leaseMsOf({ options }: Context): number {
  return options.startLeaseMs ?? defaultLeaseMs
}

type JournalOptions = {
  isNew: boolean
  onConcluded?: () => void
  progress: Progress
  /** Until when the attempt is surely in these hands, in milliseconds since 1970. */
  lease: { until: number }
}

/** @param options see `carryAttempt` */
export function journalOf(ctx: Context, attempt: Attempt, options: JournalOptions): Journal {
  const { database, events, clock } = ctx
  const { progress, lease } = options
  const isTakenOver = !options.isNew
  let isStored = isTakenOver

  return {
    async record() {
      if (attempt.answer) return end()
      const until = clock() + leaseMsOf(ctx)
      await (isStored ? saveAttempt : insertAttempt)(database.db, attempt, until)
      isStored = true
      lease.until = until
    },

    requireHold() {
      if (clock() >= lease.until) throw new CutOffError('the process was held up for longer than its lease')
    },

    async conclude(failure) {
      progress.stop()
      attempt.answeredAt = clock()
      if (isTakenOver && !failure) note('finished by whoever took it over')
      attempt.answer = failure ? failed(failure) : { result: resultOfStart(attempt) }
      if (failure) logFailure(ctx, attempt, failure)
      await events.transaction(async (tx) => {
        await saveAttempt(tx, attempt, leaseOf(ctx, attempt))
        const started = startedConversation(attempt)
        if (started) await recordStartedConversation(ctx, tx, started)
        events.append(tx, eventsOf(attempt))
      })
      wakeWaiting(ctx)
      countStart(ctx, attempt)
      options.onConcluded?.()
    },

    noticed(ended) {
      if (ended) countStep(ctx, ended)
      if (!attempt.answer) progress.noticed()
    },

    note,
  }

  function note(text: string): void {
    if (attempt.notes.length < maxNotes) attempt.notes.push({ at: clock(), text })
  }

  function failed(failure: Failure): Answer {
    return { problem: problemOf(failure, attempt), failedAt: failure.step as keyof Results }
  }

  /** The answer is out; this is how the undoing stands. */
  async function end(): Promise<void> {
    if (isTakenOver && attempt.run.state === 'failed') note('taken back: nothing of it is left')
    await events.transaction(async (tx) => {
      await saveAttempt(tx, attempt, leaseOf(ctx, attempt))
      events.append(tx, eventsOf(attempt))
    })
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
function startedConversation(attempt: Attempt): StartedConversation | undefined {
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

function countStep({ metrics }: Context, { name, failed, givenUp, ms = 0 }: StepRecord<PropertyKey>): void {
  const outcome = failed ? 'failed' : 'done'
  metrics.stepEnded({ step: String(name), outcome: givenUp ? 'given_up' : outcome, ms })
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
