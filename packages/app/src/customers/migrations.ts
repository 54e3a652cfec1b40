import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const customerMigrations: Record<string, Migration> = {
  '060 customer walks': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('customer_walk')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('worker', 'text', (column) => column.notNull())
        .addColumn('query', 'text', (column) => column.notNull())
        .addColumn('stops', 'text', (column) => column.notNull())
        .addColumn('walked_at', 'bigint', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('customer_walk_walked').on('customer_walk').column('walked_at').execute()
    },
  },
}
