import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt } from '@firstline/app/api'
import { matchesFilter, queryOf, readAttemptFilter, readSearchText } from './attempt-filter.ts'

const attempt: Attempt = {
  attemptId: 'a1',
  worker: 'ada@example.com',
  workerName: 'Ada',
  customer: { customerId: '17', displayName: 'Bob Moretti' },
  channel: { type: 'sms', value: '+15550100100' },
  startedAt: '2026-03-03T10:00:00.000Z',
  state: 'failed',
  code: 48005,
  conversationSid: `CH${'0'.repeat(32)}`,
  steps: [],
}

test('reads a filter from an address, numbers as text where text is meant', () => {
  assert.deepEqual(readAttemptFilter({ worker: 'ada', customer: 17, state: 'failed', code: '48005' }), {
    worker: 'ada',
    customer: '17',
    state: 'failed',
    code: 48005,
  })
})

test('leaves out of an address what cannot be a filter', () => {
  assert.deepEqual(readAttemptFilter({ state: 'exploded', code: 'x', from: 'yesterday', worker: ' ', to: {} }), {})
})

test('reads times in any form of ISO 8601', () => {
  assert.deepEqual(readAttemptFilter({ from: '2026-03-03T11:00:00+01:00' }), { from: '2026-03-03T10:00:00.000Z' })
})

test('asks the server for the filter and the page', () => {
  assert.equal(queryOf({ worker: 'a b@example.com', code: 48005 }, ''), '?worker=a+b%40example.com&code=48005')
  assert.equal(queryOf({}, 'next'), '?cursor=next')
  assert.equal(queryOf({}, ''), '')
})

test('knows which changed attempts belong to a list', () => {
  assert.ok(matchesFilter(attempt, {}))
  assert.ok(
    matchesFilter(attempt, { worker: 'ada@example.com', customer: 'móretti bob', state: 'failed', code: 48005 }),
  )
  assert.ok(matchesFilter(attempt, { customer: '17', from: '2026-03-03T10:00:00Z', to: '2026-03-03T11:00:00Z' }))
  assert.ok(matchesFilter(attempt, { search: `CH${'0'.repeat(32)}` }))
  for (const filter of [
    { worker: 'bob@example.com' },
    { customer: '1' },
    { state: 'succeeded' as const },
    { code: 48004 },
    { from: '2026-03-03T10:00:01Z' },
    { to: '2026-03-03T10:00:00Z' },
    { search: 'a2' },
  ]) {
    assert.equal(matchesFilter(attempt, filter), false, JSON.stringify(filter))
  }
})

test('understands what is typed into the one search field', () => {
  assert.deepEqual(readSearchText(' 48005 '), { code: 48005 })
  assert.deepEqual(readSearchText(`RQ${'a1'.repeat(16)}`), { search: `RQ${'a1'.repeat(16)}` })
  assert.deepEqual(readSearchText('0b3a9a5e-6b53-4f0e-9d3a-2f1f0f6b8f4e'), {
    search: '0b3a9a5e-6b53-4f0e-9d3a-2f1f0f6b8f4e',
  })
  assert.deepEqual(readSearchText('Bob Moretti'), { customer: 'Bob Moretti' })
  assert.deepEqual(readSearchText('  '), {})
})
