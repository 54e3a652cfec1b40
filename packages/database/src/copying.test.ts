import assert from 'node:assert/strict'
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import { sql } from 'kysely'
import { copySqlite } from './copying.ts'
import { openDatabase } from './database.ts'

function folder(t: { after(fn: () => void): void }): string {
  const path = mkdtempSync(join(tmpdir(), 'firstline-copy-'))
  t.after(() => rmSync(path, { recursive: true, force: true }))
  return path
}

test('copies what is committed, also while a transaction is open, and nothing of that', async (t) => {
  const data = folder(t)
  const database = await openDatabase<{ word: { text: string } }>({ kind: 'sqlite', file: join(data, 'room.sqlite') })
  await sql`create table word (text text not null)`.execute(database.db)
  await database.db.insertInto('word').values({ text: 'committed' }).execute()
  await database.db.transaction().execute(async (tx) => {
    await tx.insertInto('word').values({ text: 'not yet' }).execute()
    copySqlite(join(data, 'room.sqlite'), join(data, 'copy.sqlite'))
  })
  await database.close()

  const copy = new DatabaseSync(join(data, 'copy.sqlite'))
  assert.deepEqual(copy.prepare('select text from word').all(), [
    Object.assign(Object.create(null), { text: 'committed' }),
  ])
  copy.close()
})

test('leaves nothing behind of what cannot be copied', (t) => {
  const data = folder(t)
  writeFileSync(join(data, 'room.sqlite'), 'this is no database, and long enough to be looked at as one')
  assert.throws(() => copySqlite(join(data, 'room.sqlite'), join(data, 'copy.sqlite')), { code: 'ERR_SQLITE_ERROR' })
  assert.deepEqual(readdirSync(data), ['room.sqlite'])
})
