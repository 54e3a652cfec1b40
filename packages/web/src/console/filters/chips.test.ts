import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Worker } from '@firstline/app/api'
import { changed } from './change.ts'
import { attemptChips, callbackChips } from './chips.ts'

const ada: Worker = {
  id: 'w1',
  identity: 'ada@example.com',
  displayName: 'Ada Lindqvist',
  email: 'ada@example.com',
  role: 'worker',
  state: 'active',
  createdAt: '2026-03-01T10:00:00.000Z',
}
const labels = (chips: { label: string }[]) => chips.map(({ label }) => label)

test('says each filter that is on, with names where they are known', () => {
  const filter = { worker: 'ada@example.com', state: 'failed', code: 48005, customer: 'Bob' } as const
  assert.deepEqual(labels(attemptChips(filter, [ada])), [
    'Customer: Bob',
    'Worker: Ada Lindqvist',
    'Failed',
    '48005 Callback: took too long',
  ])
  assert.deepEqual(labels(attemptChips({ worker: 'gone@example.com', code: 12 }, [ada])), [
    'Worker: gone@example.com',
    'Code 12',
  ])
})

test('shortens ids to what tells them apart', () => {
  assert.deepEqual(labels(attemptChips({ search: `CH${'ab12'.repeat(8)}` }, [])), ['ID CHab12ab…ab12'])
})

test('removing the time removes both of its ends', () => {
  const filter = { from: '2020-01-01T00:00:00.000Z', to: '2020-01-03T00:00:00.000Z', verdict: 'failed' } as const
  const time = callbackChips(filter, []).at(-1)
  assert.deepEqual(time?.parts, ['from', 'to'])
  assert.deepEqual(changed(filter, { from: undefined, to: undefined }), { verdict: 'failed' })
})

test('without a filter there is nothing to remove', () => {
  assert.deepEqual(attemptChips({}, [ada]), [])
  assert.deepEqual(callbackChips({}, [ada]), [])
})
