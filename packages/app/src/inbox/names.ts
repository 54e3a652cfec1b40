import type { Kysely } from 'kysely'
import type { AppTables } from '../tables.ts'

/** Shows who wrote or takes part: workers by their name, anybody else by their identity. */
export type NameOf = (identity: string) => string

/** Looks up the display names of workers. */
export async function namesOf(db: Kysely<AppTables>, identities: Iterable<string>): Promise<NameOf> {
  const asked = [...new Set(identities)]
  if (asked.length === 0) return (identity) => identity
  const rows = await db.selectFrom('auth_user').select(['identity', 'name']).where('identity', 'in', asked).execute()
  const names = new Map(rows.map((row) => [row.identity, row.name]))
  return (identity) => names.get(identity) ?? identity
}
