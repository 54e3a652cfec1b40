import assert from 'node:assert/strict'
import { test } from 'node:test'
import { newWorkerProblems } from './new-worker.ts'

const ada = { displayName: 'Ada', email: 'ada@example.com', identity: '' }

test('accepts a name and an e-mail address alone', () => {
  assert.deepEqual(newWorkerProblems(ada), {})
})

test('names every field that is missing', () => {
  assert.deepEqual(Object.keys(newWorkerProblems({ displayName: ' ', email: '', identity: '' })), [
    'displayName',
    'email',
  ])
})

for (const email of ['ada', 'ada@', '@example.com', 'ada @example.com', 'ada@example']) {
  test(`refuses the e-mail address "${email}"`, () => assert.ok(newWorkerProblems({ ...ada, email }).email))
}

for (const identity of ['system', `US${'0'.repeat(32)}`, 'x'.repeat(257)]) {
  test(`refuses the identity "${identity.slice(0, 12)}", which a channel could not carry`, () => {
    assert.ok(newWorkerProblems({ ...ada, identity }).identity)
  })
}

test('accepts an identity that is no e-mail address', () => {
  assert.deepEqual(newWorkerProblems({ ...ada, identity: 'Ada Lovelace' }), {})
})
