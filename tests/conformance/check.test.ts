import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { test } from 'node:test'
import type { StartResult } from '@firstline/app/api'
import { startableCustomers } from '../support/customers.ts'
import { runFirstline, startFirstline } from '../support/firstline.ts'
import { amira, signIn } from '../support/session.ts'

test('firstline check names what is damaged with exit code 1, and --mend mends it', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-check-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const environment = { DATA_DIR: join(folder, 'data') }
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
  const database = new DatabaseSync(join(folder, 'data', 'app.sqlite'))
  database.exec("update conversation set display_name = 'Nobody'")
  database.close()
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
})
