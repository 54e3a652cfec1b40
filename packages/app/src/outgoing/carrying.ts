/** Carrying out attempts in this process: their leases, and which are under way. */
import { setTimeout as delay } from 'node:timers/promises'
import type { ChannelType } from '../api.ts'
import type { Context } from '../context.ts'
import { settleMsOf } from '../engine/settling.ts'
import { type Attempt, releaseLease, renewLease } from './attempts.ts'
import { journalOf, leaseMsOf } from './journal.ts'
import { carryOut } from './machine.ts'
import { knownAsParts } from './parts.ts'
import { tellProgress } from './progress.ts'
import { type Start, steps } from './steps.ts'

const table = knownAsParts(steps)

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
  const lease = { until: 0 }
  const renew = async () => {
    const until = ctx.clock() + leaseMs
    lease.until = (await renewLease(ctx.database.db, attempt, until)) ? until : 0
  }
  const renewal = setInterval(() => {
    renew().catch((error) => {
      ctx.log.warn({ attemptId: attempt.id, err: error }, 'a lease could not be renewed')
    })
  }, leaseMs / 3).unref()
  const journal = journalOf(ctx, attempt, { ...options, progress, lease })
  const machine = { clock: ctx.clock, settleMs: settleMsOf(ctx) }
  const ended = carryOut(table, startOf(ctx, attempt), attempt.run, journal, machine)
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

function startOf(ctx: Context, { id, worker, request }: Attempt): Start {
  const { type, value } = request.channel
  const channel = { type: type as ChannelType, value }
  return { ctx, attemptId: id, worker, customerId: request.customerId, channel }
}
