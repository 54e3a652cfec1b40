import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const consoleMigrations: Record<string, Migration> = {
  '030 settings and callbacks': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('setting')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('value', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('callback_exchange')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('attempt_id', 'text')
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('exchange', 'text', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('callback_exchange_newest').on('callback_exchange').columns(['at', 'id']).execute()
      await db.schema.createIndex('callback_exchange_of').on('callback_exchange').column('attempt_id').execute()
    },
  },
}
