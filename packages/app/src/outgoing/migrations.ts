import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const outgoingMigrations: Record<string, Migration> = {
  '040 outgoing attempts': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('outgoing_attempts')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('worker', 'text', (column) => column.notNull())
        .addColumn('worker_name', 'text', (column) => column.notNull())
        .addColumn('idempotency_key', 'text')
        .addColumn('request_id', 'text', (column) => column.notNull())
        .addColumn('customer_id', 'text', (column) => column.notNull())
        .addColumn('channel_type', 'text', (column) => column.notNull())
        .addColumn('channel_value', 'text', (column) => column.notNull())
        .addColumn('state', 'text', (column) => column.notNull())
        .addColumn('steps', 'text', (column) => column.notNull())
        .addColumn('answer', 'text')
        .addColumn('notes', 'text', (column) => column.notNull())
        .addColumn('started_at', 'bigint', (column) => column.notNull())
        .addColumn('answered_at', 'bigint')
        .addColumn('fence', 'bigint', (column) => column.notNull())
        .addColumn('lease_until', 'bigint')
        .addUniqueConstraint('outgoing_attempts_key', ['worker', 'idempotency_key'])
        .execute()
      await db.schema
        .createIndex('outgoing_attempts_newest')
        .on('outgoing_attempts')
        .columns(['started_at', 'id'])
        .execute()
      await sql`create index outgoing_attempts_leased on outgoing_attempts (lease_until)
        where lease_until is not null`.execute(db)

      await db.schema
        .createTable('chat_hold')
        .addColumn('worker', 'text', (column) => column.notNull())
        .addColumn('identity', 'text', (column) => column.notNull())
        .addColumn('attempt_id', 'text', (column) => column.notNull())
        .addColumn('conversation_sid', 'text')
        .addPrimaryKeyConstraint('chat_hold_once', ['worker', 'identity'])
        .execute()
    },
  },
}
