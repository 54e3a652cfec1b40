import { type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

export const inboxMigrations: Record<string, Migration> = {
  '050 inbox': {
    async up(db: Kysely<unknown>) {
      await createConversations(db)
      await createMessages(db)
      await createOutgoingMessages(db)
      await createStoredWebhooks(db)
    },
  },
  '073 conversations of a pair of addresses': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createIndex('conversation_pair')
        .on('conversation')
        .columns(['contact_address', 'proxy_address'])
        .execute()
    },
  },
  '074 queues by what is due': {
    async up(db: Kysely<unknown>) {
      await db.schema.dropIndex('stored_webhook_due').execute()
      // With the conversations in it, so that looking for those that are due reads nothing else.
      await db.schema
        .createIndex('stored_webhook_waiting')
        .on('stored_webhook')
        .columns(['due_at', 'position', 'conversation_sid'])
        .execute()

      await sql`create index outgoing_message_due on outgoing_message (due_at, position, conversation_sid)
        where state in ('queued', 'sending')`.execute(db)
      await db.schema.dropIndex('outgoing_message_failed').execute()
      await sql`create index outgoing_message_unsent on outgoing_message (conversation_sid, created_at, position)
        where state in ('queued', 'sending', 'failed')`.execute(db)
      // From now on they are deleted when their keys are set free.
      await sql`delete from outgoing_message where state = 'refused' and claim is null`.execute(db)
    },
  },
}

async function createConversations(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('conversation')
    .addColumn('sid', 'text', (column) => column.primaryKey())
    .addColumn('display_name', 'text', (column) => column.notNull())
    .addColumn('avatar', 'text')
    .addColumn('customer_id', 'text')
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('contact_address', 'text', (column) => column.notNull())
    .addColumn('proxy_address', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
    .addColumn('last_body', 'text')
    .addColumn('last_direction', 'text')
    .addColumn('last_at', 'bigint')
    .addColumn('last_status', 'text')
    .addColumn('last_inbound_at', 'bigint')
    .addColumn('verified_index', 'bigint', (column) => column.notNull())
    .addColumn('verify_due_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('conversation_newest').on('conversation').columns(['updated_at', 'sid']).execute()
  await db.schema.createIndex('conversation_unverified').on('conversation').column('verify_due_at').execute()

  await db.schema
    .createTable('conversation_member')
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('identity', 'text', (column) => column.notNull())
    .addColumn('participant_sid', 'text')
    .addColumn('last_read_index', 'bigint', (column) => column.notNull())
    .addColumn('unread_count', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('conversation_member_once', ['identity', 'conversation_sid'])
    .addForeignKeyConstraint('conversation_member_of', ['conversation_sid'], 'conversation', ['sid'], (constraint) =>
      constraint.onDelete('cascade'),
    )
    .execute()
  await db.schema.createIndex('conversation_members').on('conversation_member').column('conversation_sid').execute()

  await db.schema
    .createTable('conversation_reading')
    .addColumn('conversation_sid', 'text', (column) => column.primaryKey())
    .addColumn('begun', 'bigint', (column) => column.notNull())
    .addColumn('applied', 'bigint', (column) => column.notNull())
    .execute()
}

async function createMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('message')
    .addColumn('sid', 'text', (column) => column.primaryKey())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('author', 'text', (column) => column.notNull())
    .addColumn('direction', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('outgoing_id', 'text')
    .addColumn('from_template', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('edited_at', 'bigint', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('error_code', 'bigint', (column) => column.notNull())
    .addColumn('removed', 'bigint', (column) => column.notNull())
    .addColumn('receipts_due_at', 'bigint', (column) => column.notNull())
    .addForeignKeyConstraint('message_of', ['conversation_sid'], 'conversation', ['sid'], (constraint) =>
      constraint.onDelete('cascade'),
    )
    .execute()
  await db.schema.createIndex('message_in_order').on('message').columns(['conversation_sid', 'position']).execute()
  await sql`create index message_without_end on message (receipts_due_at)
    where direction = 'outbound' and status = 'sent'`.execute(db)

  // Not tied to the message: a receipt may come first.
  await db.schema
    .createTable('message_receipt')
    .addColumn('message_sid', 'text', (column) => column.primaryKey())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('error_code', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema.createIndex('message_receipt_at').on('message_receipt').column('at').execute()
}

async function createOutgoingMessages(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('outgoing_message')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('worker', 'text', (column) => column.notNull())
    .addColumn('idempotency_key', 'text', (column) => column.notNull())
    .addColumn('claim', 'text', (column) => column.unique())
    .addColumn('input_hash', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('from_template', 'bigint', (column) => column.notNull())
    .addColumn('content_sid', 'text')
    .addColumn('content_variables', 'text')
    .addColumn('state', 'text', (column) => column.notNull())
    .addColumn('message_sid', 'text')
    .addColumn('error_code', 'bigint', (column) => column.notNull())
    .addColumn('refusal', 'text')
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('asked_at', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .execute()
  await sql`create index outgoing_message_queue on outgoing_message (conversation_sid, position)
    where state in ('queued', 'sending')`.execute(db)
  await sql`create index outgoing_message_failed on outgoing_message (conversation_sid, created_at)
    where state = 'failed'`.execute(db)
  await sql`create index outgoing_message_claimed on outgoing_message (created_at) where claim is not null`.execute(db)
}

async function createStoredWebhooks(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('stored_webhook')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('received_at', 'bigint', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .execute()
  await db.schema
    .createIndex('stored_webhook_queue')
    .on('stored_webhook')
    .columns(['conversation_sid', 'position'])
    .execute()
  await db.schema.createIndex('stored_webhook_due').on('stored_webhook').column('due_at').execute()
}
