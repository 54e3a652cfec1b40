import { type CreateTableBuilder, type ForeignKeyConstraintBuilder, type Kysely, sql } from 'kysely'
import type { Migration } from 'kysely/migration'

/** The engine's tables, for SQLite and PostgreSQL alike. */
export const migrations: Record<string, Migration> = {
  '001 conversations': { up: createTables },
  '002 message keys': { up: addMessageKeys },
  '003 pre-action webhooks': { up: addPreActionWebhooks },
  '004 webhook lanes': { up: addWebhookLanes },
}

async function createTables(db: Kysely<unknown>): Promise<void> {
  await table(db, 'service', { texts: ['friendly_name'], optionalTexts: ['post_webhook_url', 'webhook_filters'] })
    .addColumn('is_default', 'bigint', (column) => column.notNull())
    .execute()
  await sql`create unique index service_default on service (is_default) where is_default = 1`.execute(db)

  await table(db, 'conversation', {
    texts: ['service_sid', 'attributes', 'state', 'created_by'],
    optionalTexts: ['unique_name', 'friendly_name', 'messaging_service_sid', 'timer_inactive', 'timer_closed'],
  })
    .addColumn('inactive_at', 'bigint')
    .addColumn('closed_at', 'bigint')
    .addColumn('next_index', 'bigint', (column) => column.notNull())
    .addUniqueConstraint('conversation_unique_name', ['service_sid', 'unique_name'])
    .execute()
  await index(db, 'conversation', ['service_sid', 'created_at', 'sid'])
  await sql`create index conversation_inactive_at on conversation (inactive_at) where inactive_at is not null`.execute(
    db,
  )
  await sql`create index conversation_closed_at on conversation (closed_at) where closed_at is not null`.execute(db)

  await table(db, 'participant', {
    texts: ['conversation_sid', 'attributes'],
    optionalTexts: ['identity', 'binding_type', 'address', 'proxy_address', 'last_read_timestamp'],
  })
    .addColumn('last_read_message_index', 'bigint')
    .addForeignKeyConstraint('participant_of', ['conversation_sid'], 'conversation', ['sid'], cascade)
    .addUniqueConstraint('participant_identity', ['conversation_sid', 'identity'])
    .execute()
  await index(db, 'participant', ['identity'])
  await index(db, 'participant', ['address'])
  await index(db, 'participant', ['conversation_sid', 'created_at', 'sid'])

  await db.schema
    .createTable('binding')
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('proxy_address', 'text', (column) => column.notNull())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('participant_sid', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('binding_pair', ['address', 'proxy_address'])
    .addForeignKeyConstraint('binding_of', ['participant_sid'], 'participant', ['sid'], cascade)
    .execute()
  await index(db, 'binding', ['conversation_sid'])
  await index(db, 'binding', ['participant_sid'])

  await table(db, 'message', {
    texts: ['conversation_sid', 'author', 'attributes', 'source'],
    optionalTexts: ['participant_sid', 'body', 'content_sid'],
  })
    .addColumn('message_index', 'bigint', (column) => column.notNull())
    .addForeignKeyConstraint('message_of', ['conversation_sid'], 'conversation', ['sid'], cascade)
    .addUniqueConstraint('message_index_in_conversation', ['conversation_sid', 'message_index'])
    .execute()

  await table(db, 'receipt', {
    texts: ['message_sid', 'conversation_sid', 'participant_sid', 'channel_message_sid', 'status'],
  })
    .addColumn('error_code', 'bigint', (column) => column.notNull())
    .addForeignKeyConstraint('receipt_of', ['message_sid'], 'message', ['sid'], cascade)
    .execute()
  await index(db, 'receipt', ['message_sid'])

  await db.schema
    .createTable('carrier_job')
    .addColumn('receipt_sid', 'text', (column) => column.primaryKey())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addForeignKeyConstraint('carrier_job_of', ['receipt_sid'], 'receipt', ['sid'], cascade)
    .execute()
  await index(db, 'carrier_job', ['due_at'])

  await db.schema
    .createTable('webhook_event')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('service_sid', 'text', (column) => column.notNull())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('event_type', 'text', (column) => column.notNull())
    .addColumn('params', 'text', (column) => column.notNull())
    .addColumn('attempts', 'bigint', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .execute()
  await index(db, 'webhook_event', ['conversation_sid', 'position'])
  await index(db, 'webhook_event', ['due_at'])

  await createHandsetTables(db)
}

async function createHandsetTables(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('phone')
    .addColumn('address', 'text', (column) => column.primaryKey())
    .addColumn('channel', 'text', (column) => column.notNull())
    .addColumn('display_name', 'text')
    .addColumn('last_activity_at', 'bigint', (column) => column.notNull())
    .execute()
  await index(db, 'phone', ['last_activity_at'])

  await db.schema
    .createTable('handset_message')
    .addColumn('sid', 'text', (column) => column.notNull())
    .addColumn('address', 'text', (column) => column.notNull())
    .addColumn('proxy_address', 'text', (column) => column.notNull())
    .addColumn('conversation_sid', 'text', (column) => column.notNull())
    .addColumn('sender', 'text', (column) => column.notNull())
    .addColumn('body', 'text', (column) => column.notNull())
    .addColumn('inbound_key', 'text')
    .addColumn('position', 'bigint', (column) => column.notNull())
    .addColumn('at', 'bigint', (column) => column.notNull())
    .addPrimaryKeyConstraint('handset_message_on', ['sid', 'address', 'proxy_address'])
    .addUniqueConstraint('handset_message_inbound', ['address', 'inbound_key'])
    .execute()
  await index(db, 'handset_message', ['address', 'position'])
  await index(db, 'handset_message', ['address', 'proxy_address', 'sender', 'at'])

  await db.schema
    .createTable('content')
    .addColumn('content_sid', 'text', (column) => column.primaryKey())
    .addColumn('body', 'text', (column) => column.notNull())
    .execute()
  await db.schema
    .createTable('fault')
    .addColumn('address', 'text', (column) => column.primaryKey())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('error_code', 'bigint', (column) => column.notNull())
    .execute()
}

async function addMessageKeys(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('message').addColumn('idempotency_key', 'text').execute()
  await db.schema
    .createIndex('message_by_key')
    .unique()
    .on('message')
    .columns(['conversation_sid', 'idempotency_key'])
    .execute()
}

async function addPreActionWebhooks(db: Kysely<unknown>): Promise<void> {
  await db.schema.alterTable('service').addColumn('pre_webhook_url', 'text').execute()
}

/** `prepare` fills it, as it has to anyway when an older version has stored events meanwhile. */
async function addWebhookLanes(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('webhook_lane')
    .addColumn('conversation_sid', 'text', (column) => column.primaryKey())
    .addColumn('service_sid', 'text', (column) => column.notNull())
    .addColumn('due_at', 'bigint', (column) => column.notNull())
    .execute()
  await index(db, 'webhook_lane', ['service_sid', 'due_at'])
  await db.schema.dropIndex('webhook_event_by_due_at').execute()
}

type Columns = { texts: string[]; optionalTexts?: string[] }

/** A table whose rows have a SID and two dates, as every resource of the REST API has. */
function table(db: Kysely<unknown>, name: string, { texts, optionalTexts = [] }: Columns) {
  let builder: CreateTableBuilder<string, string> = db.schema
    .createTable(name)
    .addColumn('sid', 'text', (column) => column.primaryKey())
    .addColumn('created_at', 'bigint', (column) => column.notNull())
    .addColumn('updated_at', 'bigint', (column) => column.notNull())
  for (const text of texts) builder = builder.addColumn(text, 'text', (column) => column.notNull())
  for (const text of optionalTexts) builder = builder.addColumn(text, 'text')
  return builder
}

function index(db: Kysely<unknown>, tableName: string, columns: string[]): Promise<void> {
  return db.schema
    .createIndex(`${tableName}_by_${columns.join('_')}`)
    .on(tableName)
    .columns(columns)
    .execute()
}

function cascade(constraint: ForeignKeyConstraintBuilder): ForeignKeyConstraintBuilder {
  return constraint.onDelete('cascade')
}
