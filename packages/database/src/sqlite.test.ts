import assert from 'node:assert/strict'
import { test } from 'node:test'
import { sql } from 'kysely'
import { openSqlite } from './sqlite.ts'

test('whoever writes without end keeps no timer waiting', async () => {
  const db = openSqlite<{ item: { id: number } }>(':memory:')
  await sql`create table item (id integer)`.execute(db)
  let isOver = false
  setTimeout(() => {
    isOver = true
  }, 1)
  const most = 100_000
  async function write(): Promise<number> {
    let written = 0
    for (; written < most && !isOver; written++) await db.insertInto('item').values({ id: written }).execute()
    return written
  }
  for (const written of await Promise.all([write(), write()])) assert.ok(written < most)
  await db.destroy()
})
