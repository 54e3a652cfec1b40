import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readCallbackSearch } from './callback-filter.ts'

test('reads what the address of the callbacks holds', () => {
  const search = { verdict: 'failed', location: 'GetProxyAddress', worker: 'ada@example.com', span: 'week' }
  assert.deepEqual(readCallbackSearch(search), search)
})

test('leaves out what is no filter', () => {
  assert.deepEqual(readCallbackSearch({ verdict: 'bad', location: {}, worker: '', from: 'x', span: 'year' }), {})
})
