import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createKeeping } from './keeping.ts'
import { openSqlite } from './sqlite.ts'

/** A disk that is as slow as it is told to be. */
function slowDisk() {
  const asked: PromiseWithResolvers<void>[] = []
  const waiting: (() => void)[] = []
  return {
    asked,
    sync(): Promise<void> {
      const sync = Promise.withResolvers<void>()
      asked.push(sync)
      for (const come of waiting.splice(0)) come()
      return sync.promise
    },
    close: async () => {},
    /** The nth time that it is asked. */
    async nth(n: number): Promise<PromiseWithResolvers<void>> {
      while (asked.length < n) await new Promise<void>((resolve) => waiting.push(resolve))
      return asked[n - 1] as PromiseWithResolvers<void>
    },
  }
}

const isPending = async (promise: Promise<unknown>) =>
  (await Promise.race([promise, new Promise((resolve) => setImmediate(resolve, 'pending'))])) === 'pending'

test('whoever commits while the disk is busy shares the next wait with all others', async () => {
  const disk = slowDisk()
  const keeping = createKeeping(disk.sync)
  keeping.committed()
  const first = keeping.kept()
  for (let n = 0; n < 3; n++) keeping.committed()
  const others = [keeping.kept(), keeping.kept()]
  ;(await disk.nth(1)).resolve()
  await first
  for (const other of others) assert.ok(await isPending(other))
  ;(await disk.nth(2)).resolve()
  await Promise.all(others)
  await keeping.kept()
  assert.equal(disk.asked.length, 2)
})

test('a disk that has failed once is trusted no more', async () => {
  let asked = 0
  const keeping = createKeeping(async () => {
    asked++
    throw new Error('EIO')
  })
  keeping.committed()
  await assert.rejects(keeping.kept(), /EIO/)
  keeping.committed()
  await assert.rejects(keeping.kept(), /EIO/)
  assert.equal(asked, 1)
})

test('nobody is answered with what the disk does not hold yet, be it written or read', async (t) => {
  const disk = slowDisk()
  const db = openSqlite<{ item: { id: number } }>(':memory:', disk)
  t.after(() => db.destroy())
  const created = db.schema.createTable('item').addColumn('id', 'integer').execute()
  ;(await disk.nth(1)).resolve()
  await created

  const written = db.insertInto('item').values({ id: 1 }).execute()
  const seen = db.selectFrom('item').selectAll().execute()
  const transaction = db.transaction().execute((tx) => tx.insertInto('item').values({ id: 2 }).execute())
  const sync = await disk.nth(2)
  for (const answer of [written, seen, transaction]) assert.ok(await isPending(answer))
  sync.resolve()
  await written
  assert.equal((await seen).length, 1)
  assert.ok(await isPending(transaction))
  ;(await disk.nth(3)).resolve()
  await transaction
  assert.equal((await db.selectFrom('item').selectAll().execute()).length, 2)
  assert.equal(disk.asked.length, 3)
})

test('what is only read waits for no disk', async (t) => {
  const disk = slowDisk()
  const db = openSqlite(':memory:', disk)
  t.after(() => db.destroy())
  await db.transaction().execute((tx) =>
    tx
      .selectFrom('sqlite_schema' as never)
      .select('name' as never)
      .execute(),
  )
  assert.equal(disk.asked.length, 0)
})
