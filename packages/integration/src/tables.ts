import type { Kysely } from 'kysely'
import type { Migration } from 'kysely/migration'

export type IntegrationTables = {
  customer: {
    id: string
    /** The identity of the worker whose customer this is; null for nobody's. */
    worker: string | null
    /** Where the customer stands in lists. */
    position: number
    display_name: string
    /** The name without case and accents. */
    search_name: string
    avatar: string | null
    channels: string
    links: string
    details: string | null
  }
  sender: { address: string; channel: string; calling_code: string }
  template: {
    id: string
    position: number
    category: string
    content: string
    approved: number
    content_sid: string | null
  }
  /** What was done once and is not done again. */
  milestone: { name: string; at: number }
}

export const migrations: Record<string, Migration> = {
  '001 customers': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('customer')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('worker', 'text')
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addColumn('display_name', 'text', (column) => column.notNull())
        .addColumn('search_name', 'text', (column) => column.notNull())
        .addColumn('avatar', 'text')
        .addColumn('channels', 'text', (column) => column.notNull())
        .addColumn('links', 'text', (column) => column.notNull())
        .addColumn('details', 'text')
        .execute()
      await db.schema.createIndex('customer_list').on('customer').columns(['worker', 'position']).execute()
      await db.schema
        .createTable('sender')
        .addColumn('address', 'text', (column) => column.primaryKey())
        .addColumn('channel', 'text', (column) => column.notNull())
        .addColumn('calling_code', 'text', (column) => column.notNull())
        .execute()
      await db.schema
        .createTable('template')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('position', 'bigint', (column) => column.notNull())
        .addColumn('category', 'text', (column) => column.notNull())
        .addColumn('content', 'text', (column) => column.notNull())
        .addColumn('approved', 'bigint', (column) => column.notNull())
        .addColumn('content_sid', 'text')
        .execute()
      await db.schema
        .createTable('milestone')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .execute()
    },
  },
}
