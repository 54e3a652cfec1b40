import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  ContractError,
  type ContractErrorEntry,
  contractErrors,
  fromConversationsError,
  isContractCode,
} from './index.ts'

test('has every code of the published list and no other', () => {
  const published =
    '48000 48001 48002 48003 48004 48005 48010 48011 48023 48024 48025 48026 48027 48028 48029 48030 48031 48032 48033 48050'
  assert.equal(Object.keys(contractErrors).join(' '), published)
})

test('every code has words for the worker and the administrator, and a status for our API', () => {
  for (const [code, entry] of Object.entries(contractErrors)) {
    assert.equal(String(entry.code), code)
    for (const text of [entry.worker, entry.cause, entry.remedy]) assert.match(text, /^[A-Z].*\.$/, text)
    assert.doesNotMatch(entry.worker, /callback|proxy|CRM|JSON|status|\d{5}/, 'a worker is spoken to in plain words')
    assert.ok(entry.status >= 400 && entry.status < 600)
  }
})

test('the table cannot be changed', () => {
  assert.throws(() => Object.assign(contractErrors[48005], { worker: '' }), TypeError)
  assert.throws(() => Object.assign(contractErrors, { 48005: undefined as unknown as ContractErrorEntry }), TypeError)
})

const mapped: [conversations: number, code: number][] = [
  [50407, 48025],
  [50411, 48025],
  [50408, 48026],
  [50412, 48026],
  [50409, 48027],
  [50413, 48028],
  [50414, 48029],
  [50415, 48030],
  [50416, 48031],
  [50425, 48031],
  [50340, 48032],
  [50341, 48032],
  [50433, 48050],
  [20404, 48050],
]
for (const [conversations, code] of mapped) {
  test(`${conversations} of the Conversations API is ${code}`, () => {
    assert.equal(fromConversationsError(conversations), code)
  })
}

test('50214 is 48023 for the worker and 48024 for the contact', () => {
  assert.equal(fromConversationsError(50214, 'worker'), 48023)
  assert.equal(fromConversationsError(50214, 'contact'), 48024)
})

test('knows its codes, and nothing that an object has by nature', () => {
  assert.ok(isContractCode(48005))
  for (const other of [48006, '48005', 'toString', undefined, null]) assert.equal(isContractCode(other), false)
})

test('an error carries what the table says, and what its thrower knows better', () => {
  const error = new ContractError(48050, {
    conversationsCode: 50433,
    status: 503,
    detail: 'two at once',
    extra: { a: 1 },
  })
  assert.ok(error instanceof Error)
  assert.equal(error.worker, contractErrors[48050].worker)
  assert.deepEqual([error.code, error.status, error.conversationsCode, error.extra], [48050, 503, 50433, { a: 1 }])
  assert.equal(error.message, '48050 Internal error: two at once')
})
