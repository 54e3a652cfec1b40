import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AttemptDetails, AttemptStep, CallbackExchange } from '@firstline/app/api'
import { adviceFor, callbackOf, failedStep } from './attempt-advice.ts'

const exchange: CallbackExchange = {
  exchangeId: 'e1',
  location: 'GetProxyAddress',
  worker: 'ada@example.com',
  at: '2026-03-03T10:00:00.000Z',
  request: { method: 'POST', url: 'https://example.com', headers: {}, body: '' },
  timings: { totalMs: 6000 },
  warnings: [],
  outcome: 'ok',
  verdict: { ok: true },
  curl: '',
}
const details: AttemptDetails = {
  attempt: {
    attemptId: 'a1',
    worker: 'ada@example.com',
    workerName: 'Ada',
    customer: { customerId: '17', displayName: 'Bob' },
    channel: { type: 'sms', value: '+15550100100' },
    startedAt: '2026-03-03T10:00:00.000Z',
    state: 'failed',
    steps: [],
  },
  problem: {
    type: 'about:blank',
    title: 'Callback took too long',
    status: 504,
    code: 48005,
    detail: 'Try again in a moment.',
    cause: 'The integration service took longer than 6 seconds.',
    remedy: 'Find out what the service waits for.',
    retryable: true,
    requestId: 'r1',
  },
  exchanges: [],
  calls: [],
  notes: [],
}

test('says why and what to do, with what the callback showed', () => {
  const slow: CallbackExchange = {
    ...exchange,
    verdict: { ok: false, code: 48005, title: '', cause: '', remedy: '', detail: 'no answer within 6 s' },
  }
  const advice = adviceFor({ ...details, exchanges: [exchange, slow] })
  assert.deepEqual(advice?.why, [
    'The integration service took longer than 6 seconds.',
    'GetProxyAddress: No answer within 6 s.',
  ])
  assert.equal(advice?.todo, 'Find out what the service waits for.')
  assert.equal(advice?.exchange, slow)
})

test('says nothing twice', () => {
  const { problem } = details
  const verdict = { ok: false, code: 48004, title: '', cause: '', remedy: '', detail: 'Status 500.' } as const
  const cause = 'The integration service answered with another status than 2xx. (status 500)'
  assert.deepEqual(
    adviceFor({ ...details, problem: { ...(problem ?? assert.fail()), cause }, exchanges: [{ ...exchange, verdict }] })
      ?.why,
    [cause],
  )
  const steps = [{ name: 'checkCustomer', outcome: 'failed', detail: '48025 Invalid contact address' } as const]
  assert.deepEqual(adviceFor({ ...details, attempt: { ...details.attempt, failedAt: 'checkCustomer', steps } })?.why, [
    'The integration service took longer than 6 seconds.',
  ])
})

test('names the engine’s refusal when no callback failed', () => {
  const advice = adviceFor({
    ...details,
    attempt: {
      ...details.attempt,
      failedAt: 'addCustomer',
      steps: [{ name: 'addCustomer', outcome: 'undone', detail: 'refused' }],
    },
    exchanges: [exchange],
    calls: [
      { step: 'createConversation', method: 'POST', path: '/v1/Conversations', startedAt: '', ms: 20, status: 429 },
      { step: 'addCustomer', method: 'POST', path: '/v1/P', startedAt: '', ms: 20, status: 409, code: 50416 },
    ],
  })
  assert.deepEqual(advice?.why.slice(1), [
    'The engine answered POST /v1/P with 409 and code 50416.',
    'Add the customer: Refused.',
  ])
  assert.equal(advice?.exchange, undefined)
})

test('says what is left to do when nothing more is known', () => {
  const { cause: _, remedy: __, ...problem } = details.problem ?? assert.fail()
  assert.match(adviceFor({ ...details, problem })?.todo ?? '', /tries again/)
  assert.match(adviceFor({ ...details, problem: { ...problem, retryable: false } })?.todo ?? '', /^Look at/)
})

test('gives no advice on a start that worked', () => {
  const { problem: _, ...worked } = details
  assert.equal(adviceFor(worked), undefined)
})

test('finds the step that failed, undone or not', () => {
  const steps: AttemptStep[] = [
    { name: 'createConversation', outcome: 'undone', detail: 'no answer' },
    {
      name: 'getProxyAddress',
      outcome: 'failed',
      detail: 'given up, since createConversation had failed',
      givenUp: true,
    },
  ]
  assert.equal(failedStep({ failedAt: 'createConversation', steps })?.name, 'createConversation')
  assert.equal(failedStep({ steps: [{ name: 'checkCustomer', outcome: 'done' }] }), undefined)
})

test('of two steps beside each other the one that failed first is to blame, with the engine’s answer', () => {
  const failed = { ok: false, code: 48004, title: '', cause: '', remedy: '', detail: 'Status 500.' } as const
  const { cause: _, ...problem } = details.problem ?? assert.fail()
  const advice = adviceFor({
    ...details,
    problem,
    attempt: {
      ...details.attempt,
      failedAt: 'createConversation',
      steps: [
        { name: 'createConversation', outcome: 'undone', detail: 'unavailable' },
        { name: 'getProxyAddress', outcome: 'failed', detail: 'status 500' },
      ],
    },
    exchanges: [{ ...exchange, verdict: failed }],
    calls: [
      { step: 'createConversation', method: 'POST', path: '/v1/C', startedAt: '', ms: 20, status: 503 },
      { step: 'createConversation', method: 'GET', path: '/v1/C/1', startedAt: '', ms: 20, status: 404 },
      { step: 'createConversation', method: 'DELETE', path: '/v1/C/1', startedAt: '', ms: 20, status: 404 },
    ],
  })
  assert.deepEqual(advice?.why, ['The engine answered POST /v1/C with 503.', 'Create the conversation: Unavailable.'])
  assert.equal(advice?.exchange, undefined)
})

test('knows which callback a location belongs to', () => {
  assert.equal(callbackOf('GetCustomerDetailsByCustomerId')?.name, 'crm')
  assert.equal(callbackOf('GetLost'), undefined)
})
