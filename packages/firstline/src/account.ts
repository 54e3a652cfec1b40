import { randomBytes } from 'node:crypto'
import type { Database } from '@firstline/database'
import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

/** What is generated once and kept for good: shared by all nodes on one database. */
export type AccountTables = { account: { name: string; value: string } }

const migrations: Record<string, Migration> = {
  '001 account': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('account')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute()
    },
  },
}

export type Account = {
  /** `AC` + 32 hex. */
  accountSid: string
  authToken: string
  /** Signs sessions. */
  secret: string
}

/**
 * The account of the embedded engine and the secret of the sessions. What the configuration does not fix
 * is generated at the first start; of several nodes that start at once, the first one's values hold for all.
 */
export async function loadAccount(
  database: Database<AccountTables>,
  fixed: { accountSid?: string; authToken?: string },
): Promise<Account> {
  await database.migrate(migrations)
  const generated = {
    accountSid: `AC${randomBytes(16).toString('hex')}`,
    authToken: randomBytes(24).toString('base64url'),
    secret: randomBytes(32).toString('base64url'),
  }
  await database.db
    .insertInto('account')
    .values(Object.entries(generated).map(([name, value]) => ({ name, value })))
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute()
  const rows = await database.db.selectFrom('account').selectAll().execute()
  const kept = Object.fromEntries(rows.map(({ name, value }) => [name, value])) as Account
  return { ...kept, ...fixed }
}
