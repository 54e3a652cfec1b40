import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Step, StepName, StepOutcome } from '@firstline/app/api'
import { lookOf } from './words.ts'

function looks(outcomes: StepOutcome[], failedAt?: StepName, givenUp?: StepName): string {
  const names = ['checkCustomer', 'createConversation', 'getProxyAddress', 'addCustomer', 'addWorker'] as const
  const steps = names.map((name, at): Step => {
    return { name, outcome: outcomes[at] ?? 'pending', ...(name === givenUp && { givenUp: true }) }
  })
  return steps.map((step) => lookOf(step, failedAt ? { failedAt } : {})).join(' ')
}

test('of a start that failed one step looks like it, and what it brought down does not', () => {
  assert.equal(
    looks(['done', 'failed', 'failed'], 'createConversation', 'getProxyAddress'),
    'done failed notDone notReached notReached',
  )
  // Cut off with its process: nobody gave it up.
  assert.equal(looks(['done', 'undoing', 'failed'], 'createConversation'), 'done failed notDone notReached notReached')
  assert.equal(looks(['done', 'undone', 'failed'], 'getProxyAddress'), 'done undone failed notReached notReached')
})

test('what was given up looks so before it is known which step had failed', () => {
  assert.equal(looks(['done', 'failed', 'failed'], undefined, 'getProxyAddress'), 'done failed notDone pending pending')
})

test('while nothing has failed a step looks like what became of it', () => {
  assert.equal(looks(['done', 'undone', 'done', 'running']), 'done undone done running pending')
})
