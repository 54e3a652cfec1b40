import type { Hold } from '@firstline/database'
import type { Context } from '../context.ts'

/**
 * Does something that only one node may do at a time. A node that dies lets go of it at once; one that only lost its
 * connection is told by `isHeld`, and should begin nothing more.
 *
 * @returns `false` when somebody else is at it.
 * @example await underLease(ctx, `sending ${sid}`, async (lease) => { … })
 */
export async function underLease(
  { database }: Pick<Context, 'database'>,
  name: string,
  work: (lease: Pick<Hold, 'isHeld'>) => Promise<void>,
): Promise<boolean> {
  const hold = await database.hold(name)
  if (!hold) return false
  try {
    await work(hold)
  } finally {
    await hold.release()
  }
  return true
}
