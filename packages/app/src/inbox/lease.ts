import { randomUUID } from 'node:crypto'
import type { Context } from '../context.ts'

/** Longer than the slowest call to the engine with its answer's transaction. */
const leaseMs = 60_000

/** While it is held, nobody else on this database does what its name says. */
export type Lease = {
  /** @returns `false` when it had run out and somebody else has it: then nothing more may be done under it. */
  renew(): Promise<boolean>
}

/**
 * Does something that only one node may do at a time.
 *
 * @returns `false` when somebody else is at it.
 * @example await underLease(ctx, `sending ${sid}`, async (lease) => { … })
 */
export async function underLease(
  ctx: Pick<Context, 'database' | 'clock'>,
  name: string,
  work: (lease: Lease) => Promise<void>,
): Promise<boolean> {
  const { db, kind } = ctx.database
  // A SQLite file has one process, whose lanes never do the same thing twice at once.
  if (kind === 'sqlite') {
    await work({ renew: async () => true })
    return true
  }
  const holder = randomUUID()
  const now = ctx.clock()
  const values = { holder, until: now + leaseMs }
  const taken = await db
    .insertInto('inbox_lease')
    .values({ name, ...values })
    .onConflict((on) => on.column('name').doUpdateSet(values).where('inbox_lease.until', '<=', now))
    .returning('holder')
    .executeTakeFirst()
  if (!taken) return false
  try {
    await work({
      async renew() {
        const renewed = await db
          .updateTable('inbox_lease')
          .set({ until: ctx.clock() + leaseMs })
          .where('name', '=', name)
          .where('holder', '=', holder)
          .returning('name')
          .executeTakeFirst()
        return renewed !== undefined
      },
    })
  } finally {
    await db.deleteFrom('inbox_lease').where('name', '=', name).where('holder', '=', holder).execute()
  }
  return true
}
