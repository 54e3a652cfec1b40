/** Whether every attempt is definite, or in somebody's hands. */
import type { Context } from '../context.ts'
import { type Attempt, findAttempt } from '../outgoing/attempts.ts'
import { sweepAttempts } from '../outgoing/sweeper.ts'
import type { Finding } from './finding.ts'

export async function checkAttempts(ctx: Context): Promise<{ all: number; underWay: number; findings: Finding[] }> {
  const { db } = ctx.database
  const rows = await db
    .selectFrom('outgoing_attempts')
    .select(['id', 'lease_until'])
    .where((eb) =>
      eb.or([
        eb('lease_until', 'is not', null),
        eb('answer', 'is', null),
        eb('state', 'not in', ['succeeded', 'failed']),
        eb('steps', 'like', '%"outcome":"undoing"%'),
        eb('steps', 'like', '%"outcome":"running"%'),
      ]),
    )
    .execute()
  const { all } = await db
    .selectFrom('outgoing_attempts')
    .select((eb) => eb.fn.countAll<number>().as('all'))
    .executeTakeFirstOrThrow()
  const inHand = rows.filter((row) => (row.lease_until ?? 0) > ctx.clock())
  const findings: Finding[] = []
  for (const { id } of rows.filter((row) => !inHand.includes(row))) {
    const attempt = await findAttempt(db, id)
    if (attempt) findings.push({ kind: 'attempt', id, ...describe(attempt) })
  }
  return { all: Number(all), underWay: inHand.length, findings }
}

function describe({ run, worker, startedAt, answer }: Attempt): Pick<Finding, 'detail' | 'remedy'> {
  const whose = `of ${worker.identity}, begun at ${new Date(startedAt).toISOString()},`
  const left = run.steps.filter(({ outcome }) => outcome === 'undoing').map(({ name }) => name)
  if (run.state === 'running') return { detail: `${whose} was cut off`, remedy: 'finish it or take it back' }
  if (left.length > 0) return { detail: `${whose} has not been undone: ${left.join(', ')}`, remedy: 'undo it' }
  if (run.state === 'undoing') return { detail: `${whose} has no end`, remedy: 'end it' }
  return { detail: `${whose} has ${run.state}, and ${answer ? 'a step has no end' : 'no answer'}`, remedy: undefined }
}

/** Finishes or takes back what nobody has in hand. */
export async function mendAttempts(ctx: Context, findings: readonly Finding[]): Promise<void> {
  const ids = findings.filter(({ kind, remedy }) => kind === 'attempt' && remedy).map(({ id }) => id)
  if (ids.length === 0) return
  // Where the lease itself was lost, nobody would ever look again.
  await ctx.database.db
    .updateTable('outgoing_attempts')
    .set({ lease_until: 0 })
    .where('id', 'in', ids)
    .where('lease_until', 'is', null)
    .execute()
  while ((await sweepAttempts(ctx)) > 0);
}

/** Holds on chat customers that are of no start which is under way or has succeeded. */
export async function checkHolds({ database: { db } }: Context): Promise<Finding[]> {
  const rows = await db
    .selectFrom('chat_hold')
    .leftJoin('outgoing_attempts as attempt', 'attempt.id', 'chat_hold.attempt_id')
    .select(['attempt_id', 'identity', 'attempt.state', 'conversation_sid'])
    .where((eb) =>
      eb.or([
        eb('attempt.state', '=', 'failed'),
        // After a month attempts are deleted, while what they started may go on.
        eb.and([eb('attempt.id', 'is', null), eb('conversation_sid', 'is', null)]),
      ]),
    )
    .execute()
  return rows.map(({ attempt_id: id, identity }) => ({
    kind: 'hold',
    id,
    detail: `still holds the chat customer ${identity}, though nothing came of it`,
    remedy: 'let go of the customer',
  }))
}

export async function mendHold({ database: { db } }: Context, id: string): Promise<void> {
  await db.deleteFrom('chat_hold').where('attempt_id', '=', id).execute()
}
