import { getMigrations } from 'better-auth/db/migration'
import { type Kysely, PostgresAdapter } from 'kysely'
import type { Migration } from 'kysely/migration'
import type { AppTables } from '../tables.ts'
import { authSchema } from './auth.ts'

export const peopleMigrations: Record<string, Migration> = {
  // The tables of better-auth, made by better-auth: it adds only what is missing. When a new version of it needs
  // more, a further migration calls it again.
  '020 sign-in': {
    async up(db: Kysely<unknown>) {
      const kind = db.getExecutor().adapter instanceof PostgresAdapter ? 'postgres' : 'sqlite'
      const { runMigrations } = await getMigrations(authSchema(db as Kysely<AppTables>, kind))
      await runMigrations()
    },
  },
  '021 invitations': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('invitation')
        .addColumn('token_hash', 'text', (column) => column.primaryKey())
        .addColumn('kind', 'text', (column) => column.notNull())
        .addColumn('user_id', 'text', (column) => column.references('auth_user.id').onDelete('cascade'))
        .addColumn('created_at', 'bigint', (column) => column.notNull())
        .addColumn('expires_at', 'bigint', (column) => column.notNull())
        .addColumn('used_at', 'bigint')
        .execute()
      await db.schema.createIndex('invitation_user').on('invitation').column('user_id').execute()
    },
  },
}
