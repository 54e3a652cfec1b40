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

  '071 callbacks by what they were': {
    async up(db: Kysely<unknown>) {
      for (const name of ['callback', 'url', 'location', 'worker', 'verdict']) {
        await db.schema
          .alterTable('callback_exchange')
          .addColumn(name, 'text', (column) => column.notNull().defaultTo(''))
          .execute()
      }
      await db.schema.alterTable('callback_exchange').addColumn('code', 'bigint').execute()
      for (const name of ['ms', 'is_try']) {
        await db.schema
          .alterTable('callback_exchange')
          .addColumn(name, 'bigint', (column) => column.notNull().defaultTo(0))
          .execute()
      }
      const index = (name: string, columns: string[]) =>
        db.schema.createIndex(`callback_exchange_${name}`).on('callback_exchange').columns(columns).execute()
      await index('at_location', ['location', 'at', 'id'])
      await index('for_worker', ['worker', 'at', 'id'])
      await index('with_verdict', ['verdict', 'at', 'id'])
      // Holds all that is summed up, so that nothing else is read.
      await index('sums', ['callback', 'at', 'is_try', 'code', 'ms'])
    },
  },
}
