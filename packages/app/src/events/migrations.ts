import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const eventMigrations: Record<string, Migration> = {
  '010 events': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('event')
        .addColumn('id', 'bigint', (column) => column.primaryKey())
        .addColumn('audience', 'text', (column) => column.notNull())
        .addColumn('type', 'text', (column) => column.notNull())
        .addColumn('data', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('event_at').on('event').column('at').execute()
      // One row: the id of the newest event.
      await db.schema
        .createTable('event_head')
        .addColumn('one', 'bigint', (column) => column.primaryKey())
        .addColumn('id', 'bigint', (column) => column.notNull())
        .execute()
      await db
        .insertInto('event_head' as never)
        .values({ one: 1, id: 0 } as never)
        .execute()
    },
  },
}
