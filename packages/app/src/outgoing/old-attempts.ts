import type { Kysely } from 'kysely'
import type { AppTables } from '../tables.ts'

/**
 * Deletes ended attempts that began before `before`, with what is known of them.
 *
 * @returns how many there were, `limit` at most.
 */
export async function deleteAttempts(db: Kysely<AppTables>, before: number, limit: number): Promise<number> {
  return await db.transaction().execute(async (tx) => {
    const old = await tx
      .selectFrom('outgoing_attempts')
      .select('id')
      .where('started_at', '<', before)
      .where('lease_until', 'is', null)
      .orderBy('started_at')
      .limit(limit)
      .execute()
    const ids = old.map(({ id }) => id)
    if (ids.length === 0) return 0
    await tx.deleteFrom('attempt_call').where('attempt_id', 'in', ids).execute()
    await tx.deleteFrom('attempt_reference').where('attempt_id', 'in', ids).execute()
    await tx.deleteFrom('outgoing_attempts').where('id', 'in', ids).execute()
    return ids.length
  })
}
