import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt, AttemptDetails, CallbackExchange } from '@firstline/app/api'
import { attemptStory, madeBefore, missingExchanges, stateWords } from './attempt-words.ts'

const attempt: Attempt = {
  attemptId: '1',
  worker: 'ada@example.com',
  workerName: 'Ada',
  customer: { customerId: '1', displayName: 'Bob' },
  channel: { type: 'sms', value: '+15550100100' },
  startedAt: '2026-03-01T10:00:00.000Z',
  state: 'succeeded',
  proxyAddress: '+15550001111',
  steps: [],
}

test('tells a start that worked, with its number', () => {
  assert.equal(attemptStory(attempt), 'Ada started a conversation with Bob from +15550001111.')
})

test('does not invent a number for chat', () => {
  assert.equal(attemptStory({ ...attempt, proxyAddress: null }), 'Ada started a conversation with Bob.')
})

test('tells where it stopped and that nothing is left behind', () => {
  const story = attemptStory({
    ...attempt,
    state: 'failed',
    failedAt: 'getProxyAddress',
    steps: [
      { name: 'createConversation', outcome: 'undone' },
      { name: 'getProxyAddress', outcome: 'failed' },
    ],
  })
  assert.match(story, /stopped at “Ask for the business number”/)
  assert.match(story, /was taken back/)
})

test('does not claim that something was undone when nothing was made', () => {
  const story = attemptStory({ ...attempt, state: 'failed', steps: [{ name: 'checkCustomer', outcome: 'failed' }] })
  assert.match(story, /Nothing had been made/)
})

test('tells joining from starting', () => {
  assert.equal(stateWords({ state: 'succeeded', reused: true }).label, 'Joined existing')
  assert.equal(stateWords({ state: 'succeeded' }).label, 'Started')
})

const exchange = { location: 'GetProxyAddress' } as CallbackExchange
function details(steps: Attempt['steps'], exchanges: CallbackExchange[]): AttemptDetails {
  return { attempt: { ...attempt, steps }, exchanges, calls: [], notes: [] }
}

test('explains why the CRM was not asked', () => {
  const steps: Attempt['steps'] = [
    { name: 'checkCustomer', outcome: 'done' },
    { name: 'getProxyAddress', outcome: 'done' },
  ]
  assert.match(missingExchanges(details(steps, [exchange]), '30 days') ?? '', /less than a minute old/)
  assert.match(missingExchanges(details(steps, []), '30 days') ?? '', /30 days/)
  const crm = { location: 'GetCustomerDetailsByCustomerId' } as CallbackExchange
  assert.equal(missingExchanges(details(steps, [crm, exchange]), '30 days'), undefined)
})

test('tells what the CRM had said before from what it was asked for the start', () => {
  const crm = { at: '2026-03-01T09:59:48.000Z' } as CallbackExchange
  assert.equal(madeBefore(crm, attempt), '12.0 s before the start')
  assert.equal(madeBefore({ ...crm, attemptId: '1' }, attempt), undefined)
  assert.equal(madeBefore({ ...crm, at: attempt.startedAt }, attempt), undefined)
})
