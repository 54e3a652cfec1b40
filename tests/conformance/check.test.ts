import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { type TestContext, test } from 'node:test'
import type { StartResult } from '@firstline/app/api'
import pg from 'pg'
import { startableCustomers } from '../support/customers.ts'
import { runFirstline, startFirstline } from '../support/firstline.ts'
import { type DatabaseKind, makePlace, type Place } from '../support/place.ts'
import { amira, signIn } from '../support/session.ts'

for (const kind of ['sqlite', 'postgres'] as const) {
  const skip = kind === 'sqlite' || process.env['TEST_POSTGRES_URL'] ? false : 'TEST_POSTGRES_URL is not set'

  test(`firstline check names what is damaged with exit code 1, and --mend mends it, on ${kind}`, {
    skip,
  }, async (t) => {
    const { environment, change } = await open(t, kind)
    const firstline = await startFirstline(environment)
    t.after(() => firstline.stop())
    const worker = await signIn(firstline.url, amira.email, amira.password)
    const [customer] = await startableCustomers(worker, 'sms', 1)
    const started = await worker.request('POST', '/api/outgoing-conversations', customer, { 'idempotency-key': 'k' })
    const { conversationSid } = (await started.json()) as StartResult

    assert.deepEqual(await runFirstline(['check'], environment), {
      code: 0,
      printed: 'Checked: 1 attempts, 1 conversations, 0 messages.\nEverything is as it should be.\n',
    })

    await firstline.stop()
    await change('app', "update conversation set display_name = 'Nobody'")
    const line = `- Conversation ${conversationSid} display name not as in the engine → read it from the engine again`
    const found = await runFirstline(['check'], environment)
    assert.equal(found.code, 1)
    assert.deepEqual(found.printed.split('\n').slice(1, 3), ['To mend: 1', line])

    const mended = await runFirstline(['check', '--mend'], environment)
    assert.equal(mended.code, 0)
    assert.deepEqual(mended.printed.split('\n').slice(1, 3), ['Mending: 1', line])
    assert.match(mended.printed, /Everything is as it should be\.\n$/)
    assert.equal((await runFirstline(['check'], environment)).code, 0)

    const wrong = await runFirstline(['check', '--repair'], environment)
    assert.deepEqual(wrong, { code: 1, printed: 'Usage: firstline check [--mend]\n' })

    await change('app', 'drop table audit_entry')
    await change('app', "delete from kysely_migration where name = '070 audit'")
    const older = await runFirstline(['check', '--mend'], environment)
    assert.equal(older.code, 1)
    assert.match(older.printed, /^The data is of an older version of Firstline: .*\n$/)
    await assert.rejects(change('app', 'select * from audit_entry'))
  })

  test(`where there is no data there is nothing to check, and nothing is made, on ${kind}`, { skip }, async (t) => {
    const { environment, change } = await open(t, kind)
    const { code, printed } = await runFirstline(['check', '--mend'], environment)
    assert.equal(code, 1)
    assert.match(printed, /^There is nothing to check (in .*: it has no firstline\.sqlite|at DATABASE_URL: .*)/)
    assert.equal(printed.trim().split('\n').length, 1)
    assert.ok(!existsSync(environment['DATA_DIR'] as string))
    if (kind === 'postgres') await change('public', 'create schema firstline')
  })
}

async function open(t: TestContext, kind: DatabaseKind) {
  const place = await makePlace(kind)
  t.after(() => place.remove())
  const { environment } = place
  return { environment, change: (room: string, statement: string) => change(place, room, statement) }
}

async function change({ environment }: Place, room: string, statement: string): Promise<void> {
  const url = environment['DATABASE_URL']
  if (!url) {
    const database = new DatabaseSync(join(environment['DATA_DIR'] as string, `${room}.sqlite`))
    database.exec(statement)
    return database.close()
  }
  const client = new pg.Client({ connectionString: url, options: `-c search_path=${room}` })
  await client.connect()
  try {
    await client.query(statement)
  } finally {
    await client.end()
  }
}
