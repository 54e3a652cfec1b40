import assert from 'node:assert/strict'
import { test } from 'node:test'
import { onEachDatabase } from '@firstline/database/testing'
import { type AccountTables, loadAccount } from './account.ts'

onEachDatabase((create) => {
  test('what is generated at the first start is found at the second', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const first = await loadAccount(await databases.open<AccountTables>('firstline'), {})
    const second = await loadAccount(await databases.open<AccountTables>('firstline'), {})
    assert.deepEqual(second, first)
    assert.match(first.accountSid, /^AC[0-9a-f]{32}$/)
    assert.ok(first.authToken.length >= 32)
  })

  test('what is configured goes before what was generated', async (t) => {
    const databases = await create()
    t.after(() => databases.dispose())
    const database = await databases.open<AccountTables>('firstline')
    const generated = await loadAccount(database, {})
    const fixed = await loadAccount(database, { authToken: 'a-token-of-my-own' })
    assert.equal(fixed.authToken, 'a-token-of-my-own')
    assert.equal(fixed.accountSid, generated.accountSid)
  })
})
