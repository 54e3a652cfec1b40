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

  '072 attempts by what they were': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .alterTable('outgoing_attempts')
        .addColumn('customer_name', 'text', (column) => column.notNull().defaultTo(''))
        .execute()
      await db.schema.alterTable('outgoing_attempts').addColumn('code', 'bigint').execute()
      const index = (name: string, columns: string[]) =>
        db.schema.createIndex(`outgoing_attempts_${name}`).on('outgoing_attempts').columns(columns).execute()
      await db.schema.dropIndex('outgoing_attempts_newest').execute()
      // With the customers in it, so that looking for a part of a name reads nothing else.
      await index('newest', ['started_at', 'id', 'customer_id', 'customer_name'])
      await index('of_worker', ['worker', 'started_at', 'id'])
      await index('in_state', ['state', 'started_at', 'id'])
      await index('request', ['request_id'])
      await sql`create index outgoing_attempts_with_code on outgoing_attempts (code, started_at, id)
        where code is not null`.execute(db)

      await db.schema
        .createTable('attempt_call')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('attempt_id', 'text', (column) => column.notNull())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('place', 'bigint', (column) => column.notNull())
        .addColumn('call', 'text', (column) => column.notNull())
        .execute()
      await db.schema.createIndex('attempt_call_of').on('attempt_call').columns(['attempt_id', 'at', 'place']).execute()
      await db.schema
        .createTable('attempt_reference')
        .addColumn('reference', 'text', (column) => column.notNull())
        .addColumn('attempt_id', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('attempt_reference_once', ['reference', 'attempt_id'])
        .execute()
      await db.schema.createIndex('attempt_reference_of').on('attempt_reference').column('attempt_id').execute()
    },
  },
}
