import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Kysely } from 'kysely'
import { type Database, openDatabase } from './database.ts'
import { onEachDatabase } from './testing.ts'
import { isUniqueViolation } from './unique-violation.ts'

type Tables = { item: { id: string; at: number; note: string | null } }

const migrations = {
  '001 item': {
    async up(db: Kysely<unknown>) {
      await db.schema
        .createTable('item')
        .addColumn('id', 'text', (column) => column.primaryKey())
        .addColumn('at', 'bigint', (column) => column.notNull())
        .addColumn('note', 'text')
        .execute()
    },
  },
}

onEachDatabase((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    t.after(() => databases.dispose())
    const database = await databases.open<Tables>('app')
    await database.migrate(migrations)
    return { databases, database }
  }

  test('reads back what it stored, times as numbers', async (t) => {
    const { database } = await open(t)
    const row = { id: 'a', at: 1_790_000_000_123, note: null }
    await database.db.insertInto('item').values(row).execute()
    assert.deepEqual({ ...(await database.db.selectFrom('item').selectAll().executeTakeFirst()) }, row)
  })

  test('holds any text: what cannot be stored is replaced, and found again by what it was', async (t) => {
    const { database } = await open(t)
    const id = 'a\0b \ud800 \u{1F600} \'"%_\\'
    await database.db.insertInto('item').values({ id, at: 1, note: '{"a":"\\u0000"}' }).execute()
    const row = await database.db.selectFrom('item').selectAll().where('id', '=', id).executeTakeFirst()
    assert.equal(row?.id, 'a\uFFFDb \uFFFD \u{1F600} \'"%_\\')
    assert.equal(row?.note, '{"a":"\\u0000"}')
  })

  test('names a second row of the same key a unique violation, and nothing else', async (t) => {
    const { database } = await open(t)
    const insert = () => database.db.insertInto('item').values({ id: 'a', at: 1, note: null }).execute()
    await insert()
    await assert.rejects(insert, (error) => isUniqueViolation(error))
    const wrong = database.db
      .insertInto('item')
      .values({ id: 'b', at: null as unknown as number, note: null })
      .execute()
    await assert.rejects(wrong, (error) => !isUniqueViolation(error))
  })

  test('a transaction that fails leaves nothing', async (t) => {
    const { database } = await open(t)
    const failing = database.db.transaction().execute(async (tx) => {
      await tx.insertInto('item').values({ id: 'a', at: 1, note: null }).execute()
      throw new Error('no')
    })
    await assert.rejects(failing, /no/)
    assert.deepEqual(await database.db.selectFrom('item').selectAll().execute(), [])
  })

  test('several nodes may migrate at once', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const nodes = await Promise.all([1, 2, 3].map(() => databases.open<Tables>('app')))
    if (databases.kind === 'postgres') await Promise.all(nodes.map((node) => node.migrate(migrations)))
    else for (const node of nodes) await node.migrate(migrations)
    assert.deepEqual(await nodes[2]?.db.selectFrom('item').selectAll().execute(), [])
  })

  test('a migration that fails leaves nothing of it, and can be made again', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const database = await databases.open<Tables>('app')
    const breaking = {
      ...migrations,
      '002 more': {
        async up(db: Kysely<unknown>) {
          await addMore(db)
          throw new Error('the process ended here')
        },
      },
    }
    await assert.rejects(database.migrate(breaking), /ended here/)
    const again = { ...migrations, '002 more': { up: addMore } }
    await database.migrate(again)
    assert.deepEqual(await database.db.selectFrom('item').selectAll().execute(), [])
  })

  test('each room of one database has its own migrations', async (t) => {
    const { databases } = await open(t)
    const other = await databases.open<Tables>('conversations')
    await other.migrate(migrations)
    assert.deepEqual(await other.db.selectFrom('item').selectAll().execute(), [])
  })

  test('a wake-up reaches a listener on another node', async (t) => {
    const { databases, database } = await open(t)
    const other = databases.kind === 'postgres' ? await databases.open<Tables>('app') : database
    await hears(other, database)
  })
})

const addMore = (db: Kysely<unknown>) => db.schema.alterTable('item').addColumn('more', 'text').execute()

/** Wakes until the listener has heard it. */
async function hears(listener: Database<Tables>, speaker: Database<Tables>, topic = 'a topic'): Promise<void> {
  const heard = Promise.withResolvers<void>()
  const unlisten = listener.onWake(topic, () => heard.resolve())
  const again = setInterval(() => speaker.wake(topic), 20)
  await heard.promise
  clearInterval(again)
  unlisten()
}

test('SQLite refuses a Date, an object and a boolean instead of storing something else', async (t) => {
  const database = await openDatabase<Tables>({ kind: 'sqlite', file: ':memory:' })
  t.after(() => database.close())
  await database.migrate(migrations)
  for (const at of [new Date(), {}, true]) {
    const insert = database.db
      .insertInto('item')
      .values({ id: 'a', at: at as unknown as number, note: null })
      .execute()
    await assert.rejects(insert, TypeError)
  }
})

test('a folder that cannot be written is an error', async () => {
  await assert.rejects(openDatabase({ kind: 'sqlite', file: '/proc/nowhere/app.sqlite' }))
})
