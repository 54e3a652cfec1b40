import assert from 'node:assert/strict'
import { test } from 'node:test'
import { databaseExists } from './existing.ts'
import { onEachDatabase } from './testing.ts'

onEachDatabase((create) => {
  test('a room has a database once it was opened, and looking makes none', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    assert.equal(await databaseExists(databases.locate('app')), false)
    assert.equal(await databaseExists(databases.locate('app')), false)
    await databases.open('app')
    assert.equal(await databaseExists(databases.locate('app')), true)
  })

  test('what the tables have not gone through is listed, and not done', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const database = await databases.open('app')
    const migrations = { '001 first': { up: async () => {} }, '002 second': { up: async () => {} } }
    assert.deepEqual(await database.listPending(migrations), ['001 first', '002 second'])
    await database.migrate({ '001 first': migrations['001 first'] })
    assert.deepEqual(await database.listPending(migrations), ['002 second'])
    await database.migrate(migrations)
    assert.deepEqual(await database.listPending(migrations), [])
  })
})
