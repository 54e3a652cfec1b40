import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fromLocalInput, presetOf, rangeOf, rangeWords, toLocalInput } from './time-range.ts'

const now = new Date(2026, 2, 10, 15, 30, 40)
const local = (...parts: [number, number, number, number?, number?]) => new Date(...parts).toISOString()

test('a preset is whole days of the local time zone', () => {
  assert.deepEqual(rangeOf('today', now), { from: local(2026, 2, 10) })
  assert.deepEqual(rangeOf('yesterday', now), { from: local(2026, 2, 9), to: local(2026, 2, 10) })
  assert.deepEqual(rangeOf('week', now), { from: local(2026, 2, 3) })
  assert.deepEqual(rangeOf('hour', now), { from: local(2026, 2, 10, 14, 30) })
})

test('a range is known as its preset only as long as it is one', () => {
  const today = rangeOf('today', now)
  assert.equal(presetOf(today, now), 'today')
  assert.equal(presetOf(today, new Date(2026, 2, 11, 9)), undefined)
  assert.equal(presetOf({}, now), undefined)
})

test('says a range in words', () => {
  const words = (range: { from?: string; to?: string }) => rangeWords(range, now, 'en-GB')
  assert.equal(words(rangeOf('yesterday', now)), 'yesterday')
  assert.equal(words({ from: local(2026, 2, 3), to: local(2026, 2, 4) }), '3 Mar')
  assert.equal(words({ from: local(2026, 2, 3, 10, 5) }), 'since 3 Mar, 10:05')
  assert.equal(words({ to: local(2025, 11, 31, 8, 0) }), 'until 31 Dec 2025, 08:00')
  assert.equal(words({ from: local(2026, 2, 3, 10), to: local(2026, 2, 3, 11) }), '3 Mar, 10:00 – 3 Mar, 11:00')
  assert.equal(words({}), 'any time')
})

test('an input shows local time and gives it back', () => {
  const at = local(2026, 2, 3, 10, 5)
  assert.equal(toLocalInput(at), '2026-03-03T10:05')
  assert.equal(fromLocalInput('2026-03-03T10:05'), at)
  assert.equal(fromLocalInput(''), undefined)
  assert.equal(toLocalInput('nonsense'), '')
})
