import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { OwnStart, Problem, StartResult } from '@firstline/app/api'
import { afterNews, canPickUp, isAwaited, isFinal, isSameStart, newStart, type StoredStart } from './start.ts'

const stored: StoredStart = {
  key: 'k1',
  request: { customerId: '7', channel: { type: 'sms', value: '+15550100199' } },
  customer: { customerId: '7', displayName: 'Ada' },
  createdAt: '2026-01-01T12:00:00Z',
}
const result: StartResult = { conversationSid: 'CH1', proxyAddress: '+15550001111', attemptId: 'a1', reused: false }
const problem: Problem = {
  type: 'about:blank',
  title: 'No answer',
  status: 504,
  code: 48005,
  detail: 'The company’s system did not answer.',
  retryable: true,
  requestId: 'r1',
}
function told(given: Partial<OwnStart>): OwnStart {
  const { key, request, customer } = stored
  const steps = newStart(stored).steps
  return {
    attemptId: 'a1',
    idempotencyKey: key,
    request,
    customer,
    state: 'running',
    startedAt: stored.createdAt,
    steps,
    ...given,
  }
}

test('a start shows all five steps before anything is known of them', () => {
  assert.deepEqual(
    newStart(stored).steps.map((step) => `${step.name} ${step.outcome}`),
    ['checkCustomer', 'createConversation', 'getProxyAddress', 'addCustomer', 'addWorker'].map(
      (name) => `${name} pending`,
    ),
  )
})

test('the answer finishes a start, also when the last steps were never told', () => {
  const start = afterNews(newStart(stored), { type: 'answered', result })
  assert.equal(start.phase, 'succeeded')
  assert.ok(start.steps.every((step) => step.outcome === 'done'))
})

test('a step that was taken back for a conversation that was there already stays so', () => {
  const steps = newStart(stored).steps.map((step) => ({ ...step, outcome: 'undone' as const }))
  const start = afterNews(afterNews(newStart(stored), { type: 'told', own: told({ steps }) }), {
    type: 'answered',
    result,
  })
  assert.equal(start.steps[1]?.outcome, 'undone')
})

test('an event that was overtaken by the answer changes nothing', () => {
  const done = afterNews(newStart(stored), { type: 'answered', result })
  assert.equal(afterNews(done, { type: 'told', own: told({ state: 'running' }) }), done)
  assert.equal(afterNews(done, { type: 'unreachable' }), done)
})

test('a lost connection is not an end: whatever the server says next is believed', () => {
  const offline = afterNews(newStart(stored), { type: 'unreachable' })
  assert.equal(isFinal(offline), false)
  assert.equal(afterNews(offline, { type: 'told', own: told({}) }).phase, 'running')
  assert.equal(afterNews(offline, { type: 'told', own: told({ state: 'succeeded', result }) }).phase, 'succeeded')
})

test('while it is being taken back a start is not over yet', () => {
  const undoing = afterNews(newStart(stored), { type: 'told', own: told({ state: 'undoing' }) })
  assert.equal(undoing.phase, 'undoing')
  const own = told({ state: 'failed', problem, failedAt: 'getProxyAddress' })
  const failed = afterNews(undoing, { type: 'told', own })
  assert.deepEqual([failed.problem?.code, failed.failedAt], [48005, 'getProxyAddress'])
})

test('a start that the worker put aside stays aside when it is done', () => {
  const hidden = afterNews(newStart(stored), { type: 'hidden', hidden: true })
  assert.equal(afterNews(hidden, { type: 'answered', result }).hidden, true)
})

test('another channel of the same customer is another start', () => {
  assert.ok(isSameStart(stored.request, structuredClone(stored.request)))
  const other = { ...stored.request, channel: { type: 'whatsapp', value: 'whatsapp:+15550100199' } as const }
  assert.equal(isSameStart(stored.request, other), false)
})

test('a start is picked up as long as the server knows its key, and awaited for two minutes', () => {
  const at = Date.parse(stored.createdAt)
  assert.ok(canPickUp(stored, at + 22 * 3_600_000))
  assert.equal(canPickUp(stored, at + 24 * 3_600_000), false)
  assert.ok(isAwaited(stored, at + 60_000))
  assert.equal(isAwaited(stored, at + 180_000), false)
})
