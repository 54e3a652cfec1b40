import assert from 'node:assert/strict'
import { test } from 'node:test'
import { momentOf } from './moment.ts'

const now = new Date(2026, 2, 3, 12, 0, 0)

test('today needs no date', () => {
  assert.equal(momentOf(new Date(2026, 2, 3, 9, 5, 7).toISOString(), now, 'en-GB'), '09:05:07')
})

test('yesterday at midnight has one', () => {
  assert.equal(momentOf(new Date(2026, 2, 2, 23, 59, 59).toISOString(), now, 'en-GB'), '2 Mar, 23:59:59')
})

test('another year is named', () => {
  assert.match(momentOf(new Date(2025, 11, 31, 8, 0, 0).toISOString(), now, 'en-GB'), /2025/)
})

test('what is no time is shown as it came', () => {
  assert.equal(momentOf('soon', now), 'soon')
})
