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
 * @returns `undefined` when somebody else is at it.
 * @example await underLease(ctx, `sending ${sid}`, async (lease) => { … })
 */
export async function underLease<T>(
  ctx: Pick<Context, 'database' | 'clock'>,
  name: string,
  work: (lease: Lease) => Promise<T>,
): Promise<T | undefined> {
  const { db } = ctx.database
  const holder = randomUUID()
  const now = ctx.clock()
  const values = { holder, until: now + leaseMs }
  const taken = await db
    .insertInto('inbox_lease')
    .values({ name, ...values })
    .onConflict((on) => on.column('name').doUpdateSet(values).where('inbox_lease.until', '<=', now))
    .returning('holder')
    .executeTakeFirst()
  if (!taken) return undefined
  const own = () => db.updateTable('inbox_lease').where('name', '=', name).where('holder', '=', holder)
  try {
    return await work({
      async renew() {
        const renewed = await own()
          .set({ until: ctx.clock() + leaseMs })
          .returning('name')
          .executeTakeFirst()
        return renewed !== undefined
      },
    })
  } finally {
    await db.deleteFrom('inbox_lease').where('name', '=', name).where('holder', '=', holder).execute()
  }
}
