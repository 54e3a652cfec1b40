import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { test } from 'node:test'
import { setTimeout as delay } from 'node:timers/promises'
import { type Kysely, sql } from 'kysely'
import { openDatabase } from './database.ts'
import { onPostgres } from './testing.ts'
import { DatabaseUnavailableError } from './unavailable.ts'

type Tables = { item: { id: string } }

onPostgres((create) => {
  async function open(t: { after(fn: () => Promise<void>): void }) {
    const databases = await create()
    t.after(() => databases.dispose())
    const database = await databases.open<Tables>('app')
    const node = await databases.open<Tables>('app')
    await sql`create table item (id text primary key)`.execute(database.db)
    return { databases, database, node }
  }

  /** Cuts every connection to the database but the one that does it. */
  async function cutAll({ db }: { db: Kysely<Tables> }): Promise<void> {
    await sql`select pg_terminate_backend(pid) from pg_stat_activity
      where datname = current_database() and pid <> pg_backend_pid()`.execute(db)
  }

  test('a connection that is lost while it is idle is replaced', async (t) => {
    const { database, node } = await open(t)
    await cutAll(node)
    // It may take a moment until the loss is noticed; then all is as before.
    for (let failed = 0; failed < 5; failed++) {
      try {
        await database.db.selectFrom('item').selectAll().execute()
        break
      } catch (error) {
        assert.ok(error instanceof DatabaseUnavailableError)
      }
    }
    await database.db.insertInto('item').values({ id: 'a' }).execute()
  })

  test('a query whose connection is lost says that the database is not there', async (t) => {
    const { database, node } = await open(t)
    const asked = sql`select pg_sleep(60)`.execute(database.db)
    const refused = assert.rejects(asked, DatabaseUnavailableError)
    await until(async () => {
      const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
        where datname = current_database() and query like 'select pg_sleep%' and state = 'active'
          and pid <> pg_backend_pid()`.execute(node.db)
      return rows[0]?.n === 1
    })
    await cutAll(node)
    await refused
    assert.deepEqual(await database.db.selectFrom('item').selectAll().execute(), [])
  })

  test('a transaction that loses its connection between two statements fails, leaves nothing, and ends nobody', async (t) => {
    const { database, node } = await open(t)
    const failing = database.db.transaction().execute(async (tx) => {
      await tx.insertInto('item').values({ id: 'a' }).execute()
      await cutAll(node)
      // The loss arrives while nothing is being asked.
      await until(async () => {
        const { rows } = await sql<{ n: number }>`select count(*) as n from pg_stat_activity
          where datname = current_database() and state = 'idle in transaction'`.execute(node.db)
        return rows[0]?.n === 0
      })
      await new Promise((resolve) => setImmediate(resolve))
      await tx.insertInto('item').values({ id: 'b' }).execute()
    })
    await assert.rejects(failing, DatabaseUnavailableError)
    assert.deepEqual(await database.db.selectFrom('item').selectAll().execute(), [])
  })

  test('whoever listens is woken again after the connection was lost, and told to look at once', async (t) => {
    const { database, node } = await open(t)
    const heard: PromiseWithResolvers<void>[] = [Promise.withResolvers(), Promise.withResolvers()]
    let next = 0
    node.onWake('a topic', () => heard[next]?.resolve())
    const again = setInterval(() => database.wake('a topic'), 20)
    await heard[0]?.promise
    clearInterval(again)
    next = 1
    // Nobody wakes: that there is a connection again is reason enough to look.
    await cutAll(database)
    await heard[1]?.promise
  })

  test('what one node holds another does not get, until it is released or the connection is lost', async (t) => {
    const { database, node } = await open(t)
    const first = await database.hold('a name')
    assert.ok(first)
    assert.ok(first.isHeld())
    assert.equal(await database.hold('a name'), undefined)
    assert.equal(await node.hold('a name'), undefined)
    assert.ok(await node.hold('another name'))
    await first.release()
    const second = await node.hold('a name')
    assert.ok(second)
    assert.equal(await database.hold('a name'), undefined)
    await cutAll(database)
    let third = await database.hold('a name')
    while (!third) {
      await delay(20)
      third = await database.hold('a name')
    }
    assert.ok(third.isHeld())
    assert.ok(!second.isHeld())
  })

  test('what a URL says of options is kept, beside the room of our own', async (t) => {
    const { databases } = await open(t)
    const location = databases.locate('app')
    if (location.kind === 'sqlite') throw new TypeError('not PostgreSQL')
    const url = `${location.url}?options=${encodeURIComponent('-c statement_timeout=54321')}`
    const database = await openDatabase<Tables>({ ...location, url })
    t.after(() => database.close())
    const { rows } = await sql<{ timeout: string }>`select current_setting('statement_timeout') as timeout`.execute(
      database.db,
    )
    assert.equal(rows[0]?.timeout, '54321ms')
    assert.deepEqual(await database.db.selectFrom('item').selectAll().execute(), [])
  })
})

test('a server that is not there is named so', async () => {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  server.close()
  await once(server, 'close')
  const url = `postgres://nobody:nothing@127.0.0.1:${port}/nowhere`
  const opening = openDatabase({ kind: 'postgres', url, schema: 'app', poolSize: 1 })
  await assert.rejects(opening, (error) => {
    assert.ok(error instanceof DatabaseUnavailableError)
    return (error.cause as NodeJS.ErrnoException).code === 'ECONNREFUSED'
  })
})

async function until(isReached: () => Promise<boolean>): Promise<void> {
  while (!(await isReached()));
}
