/** The attempts as they are stored. Every write but the first compares the lease's fencing token. */
import { type Kysely, sql } from 'kysely'
import type { Problem, StartResult } from '../api.ts'
import { plain } from '../customers/matching.ts'
import type { AppTables } from '../tables.ts'
import { resultOf } from './present.ts'
import type { Run } from './run.ts'
import type { Results } from './steps.ts'
import type { AttemptRow } from './tables.ts'

/** The database, or a transaction on it. */
type Queries = Kysely<AppTables>

/** `failedAt`: the step that failed first. Those beside it were given up, and say so. */
export type Answer = { readonly result: StartResult } | { readonly problem: Problem; readonly failedAt?: keyof Results }

export type Attempt = {
  readonly id: string
  readonly worker: { readonly identity: string; readonly displayName: string }
  readonly idempotencyKey: string | null
  /** Of the request that began it. */
  readonly requestId: string
  readonly request: { readonly customerId: string; readonly channel: { readonly type: string; readonly value: string } }
  readonly run: Run<keyof Results>
  readonly notes: { at: number; text: string }[]
  readonly startedAt: number
  answer?: Answer
  answeredAt?: number
  /** Who has it in hand; see `takeOver`. */
  readonly fence: number
}

/** What is longer does not fit into an index. */
const maxNameLength = 200

/** The attempt is in other hands by now. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError'
}

/** @throws a unique violation when the worker has used the key before. */
export async function insertAttempt(db: Queries, attempt: Attempt, leaseUntil: number): Promise<void> {
  await db.insertInto('outgoing_attempts').values(toRow(attempt, leaseUntil)).execute()
}

/**
 * Writes down where an attempt stands.
 *
 * @param leaseUntil `null` when nothing is left to do.
 * @throws LeaseLostError when somebody else has taken it over.
 */
export async function saveAttempt(db: Queries, attempt: Attempt, leaseUntil: number | null): Promise<void> {
  const { id, fence, ...row } = toRow(attempt, leaseUntil)
  const { state, steps, answer, notes, answered_at, lease_until, customer_name, code } = row
  const { numUpdatedRows } = await db
    .updateTable('outgoing_attempts')
    .set({ state, steps, answer, notes, answered_at, lease_until, customer_name, code })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .executeTakeFirst()
  if (numUpdatedRows === 0n) throw new LeaseLostError(`attempt ${id} has been taken over`)
}

/** Those of them that have no answer yet and are still in the same hands. */
export async function listUnanswered(tx: Queries, attempts: readonly Attempt[]): Promise<Set<string>> {
  const rows = await tx
    .selectFrom('outgoing_attempts')
    .select(['id', 'fence'])
    .where(
      'id',
      'in',
      attempts.map(({ id }) => id),
    )
    .where('answer', 'is', null)
    .execute()
  const fences = new Map(rows.map(({ id, fence }) => [id, fence]))
  return new Set(attempts.filter(({ id, fence }) => fences.get(id) === fence).map(({ id }) => id))
}

export async function findAttempt(db: Queries, id: string): Promise<Attempt | undefined> {
  const row = await db.selectFrom('outgoing_attempts').selectAll().where('id', '=', id).executeTakeFirst()
  return row && toAttempt(row)
}

export async function findAttemptByKey(db: Queries, worker: string, key: string): Promise<Attempt | undefined> {
  const row = await db
    .selectFrom('outgoing_attempts')
    .selectAll()
    .where('worker', '=', worker)
    .where('idempotency_key', '=', key)
    .executeTakeFirst()
  return row && toAttempt(row)
}

/** Lets the worker use the key anew. */
export async function releaseKey(db: Queries, id: string): Promise<void> {
  await db.updateTable('outgoing_attempts').set({ idempotency_key: null }).where('id', '=', id).execute()
}

/** Ids of attempts that are in nobody's hands and not at their end. */
export async function listAbandoned(db: Queries, now: number, limit: number): Promise<string[]> {
  const rows = await db
    .selectFrom('outgoing_attempts')
    .select('id')
    .where('lease_until', '<=', now)
    .orderBy('lease_until')
    .limit(limit)
    .execute()
  return rows.map(({ id }) => id)
}

/** When the next attempt will be in nobody's hands, unless its holder gives a sign of life before. */
export async function nextAbandonedAt(db: Queries): Promise<number | undefined> {
  const next = await db
    .selectFrom('outgoing_attempts')
    .select((eb) => eb.fn.min<number | null>('lease_until').as('at'))
    .where('lease_until', 'is not', null)
    .executeTakeFirst()
  return next?.at ?? undefined
}

/** Takes an attempt into one's own hands: whoever had it before can write no more. `undefined`: another was faster. */
export async function takeOver(db: Queries, id: string, now: number, leaseUntil: number): Promise<Attempt | undefined> {
  const row = await db
    .updateTable('outgoing_attempts')
    .set((eb) => ({ fence: eb('fence', '+', 1), lease_until: leaseUntil }))
    .where('id', '=', id)
    .where('lease_until', '<=', now)
    .returningAll()
    .executeTakeFirst()
  return row && toAttempt(row)
}

/** Keeps an attempt in one's hands for longer. @returns whether it was in them still. */
export async function renewLease(db: Queries, { id, fence }: Attempt, leaseUntil: number): Promise<boolean> {
  const { numUpdatedRows } = await db
    .updateTable('outgoing_attempts')
    .set({ lease_until: leaseUntil })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('lease_until', 'is not', null)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

/** Puts an attempt out of one's hands at once. */
export async function releaseLease(db: Queries, { id, fence }: Attempt): Promise<void> {
  await db
    .updateTable('outgoing_attempts')
    .set({ lease_until: 0, fence: sql<number>`fence + 1` })
    .where('id', '=', id)
    .where('fence', '=', fence)
    .where('lease_until', 'is not', null)
    .execute()
}

function toRow(attempt: Attempt, leaseUntil: number | null): AttemptRow {
  const { id, worker, request, run, fence } = attempt
  return {
    id,
    worker: worker.identity,
    worker_name: worker.displayName,
    idempotency_key: attempt.idempotencyKey,
    request_id: attempt.requestId,
    customer_id: request.customerId,
    channel_type: request.channel.type,
    channel_value: request.channel.value,
    state: run.state,
    steps: JSON.stringify(run.steps),
    answer: attempt.answer ? JSON.stringify(attempt.answer) : null,
    notes: JSON.stringify(attempt.notes),
    started_at: attempt.startedAt,
    answered_at: attempt.answeredAt ?? null,
    fence,
    lease_until: leaseUntil,
    customer_name: plain(resultOf(attempt, 'checkCustomer')?.displayName ?? '').slice(0, maxNameLength),
    code: attempt.answer && 'problem' in attempt.answer ? attempt.answer.problem.code : null,
  }
}

export function toAttempt(row: AttemptRow): Attempt {
  return {
    id: row.id,
    worker: { identity: row.worker, displayName: row.worker_name },
    idempotencyKey: row.idempotency_key,
    requestId: row.request_id,
    request: { customerId: row.customer_id, channel: { type: row.channel_type, value: row.channel_value } },
    run: { state: row.state, steps: JSON.parse(row.steps) },
    notes: JSON.parse(row.notes),
    startedAt: row.started_at,
    ...(row.answer === null ? {} : { answer: JSON.parse(row.answer) as Answer }),
    ...(row.answered_at === null ? {} : { answeredAt: row.answered_at }),
    fence: row.fence,
  }
}
