import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt, AttemptPage } from '@firstline/app/api'
import { attemptsOf, withAttempt } from './attempt-list.ts'

function attempt(attemptId: string, second: number, state: Attempt['state'] = 'succeeded'): Attempt {
  return {
    attemptId,
    state,
    worker: 'ada@example.com',
    workerName: 'Ada',
    customer: { customerId: '1', displayName: 'Bob' },
    channel: { type: 'sms', value: '+15550100100' },
    startedAt: `2026-03-01T10:00:${String(second).padStart(2, '0')}.000Z`,
    steps: [],
  }
}
const ids = (pages: AttemptPage[]) => pages.map((page) => page.attempts.map((each) => each.attemptId))

const loaded: AttemptPage[] = [
  { attempts: [attempt('d', 40), attempt('c', 30)], nextCursor: '1' },
  { attempts: [attempt('b', 20)], nextCursor: '2' },
]

test('a new attempt comes on top', () => {
  assert.deepEqual(ids(withAttempt(loaded, attempt('e', 50))), [['e', 'd', 'c'], ['b']])
})

test('a changed attempt stays where it is', () => {
  const pages = withAttempt(loaded, attempt('b', 20, 'failed'))
  assert.deepEqual(ids(pages), [['d', 'c'], ['b']])
  assert.equal(pages[1]?.attempts[0]?.state, 'failed')
})

test('an attempt older than what is loaded waits for its page', () => {
  assert.deepEqual(ids(withAttempt(loaded, attempt('a', 10))), [['d', 'c'], ['b']])
})

test('the first attempt of all makes the list', () => {
  assert.deepEqual(ids(withAttempt([{ attempts: [] }], attempt('a', 10))), [['a']])
})

test('a list of failures takes in what fails and lets go of nothing else', () => {
  const failures: AttemptPage[] = [{ attempts: [attempt('b', 20, 'failed')] }]
  const filter = { state: 'failed' } as const
  assert.deepEqual(ids(withAttempt(failures, attempt('c', 30, 'running'), filter)), [['b']])
  assert.deepEqual(ids(withAttempt(failures, attempt('c', 30, 'failed'), filter)), [['c', 'b']])
})

test('an attempt leaves a list that it does not match any more', () => {
  const running: AttemptPage[] = [{ attempts: [attempt('c', 30, 'running'), attempt('b', 20, 'running')] }]
  assert.deepEqual(ids(withAttempt(running, attempt('c', 30), { state: 'running' })), [['b']])
})

test('what was found by a request’s id stays found', () => {
  const found: AttemptPage[] = [{ attempts: [attempt('b', 20, 'running')] }]
  const pages = withAttempt(found, attempt('b', 20), { search: `RQ${'0'.repeat(32)}` })
  assert.equal(pages[0]?.attempts[0]?.state, 'succeeded')
})

test('an attempt on two pages is listed once', () => {
  const pages = [{ attempts: [attempt('c', 30), attempt('b', 20)] }, { attempts: [attempt('b', 20), attempt('a', 10)] }]
  assert.deepEqual(
    attemptsOf(pages).map((each) => each.attemptId),
    ['c', 'b', 'a'],
  )
})
