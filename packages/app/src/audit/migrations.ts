import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export const auditMigrations: Record<string, Migration> = {
  '070 audit': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('audit_entry')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('by_identity', 'text', (column) => column.notNull())
        .addColumn('by_name', 'text', (column) => column.notNull())
        .addColumn('subject', 'text', (column) => column.notNull())
        .addColumn('subject_identity', 'text')
        .addColumn('subject_name', 'text')
        .addColumn('action', 'text', (column) => column.notNull())
        .addColumn('changes', 'text', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('audit_entry_newest').on('audit_entry').columns(['at', 'id']).execute()
    },
  },
}
