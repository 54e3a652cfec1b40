import assert from 'node:assert/strict'
import { test } from 'node:test'
import { shortName } from './short-name.ts'

test('leaves a name of ordinary length alone', () => {
  assert.equal(shortName('Ada Lovelace'), 'Ada Lovelace')
})

test('cuts a name that would fill the screen, between characters', () => {
  const short = shortName('👩'.repeat(1000))
  assert.equal([...short].length, 60)
  assert.ok(short.endsWith('👩…'))
})
