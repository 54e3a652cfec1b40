import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { AuditEntry } from '@firstline/app/api'
import { byDay, entryWords } from './audit-words.ts'

const grace = { identity: 'grace@example.com', displayName: 'Grace' }
const settings: AuditEntry = {
  id: '1',
  at: new Date(2026, 2, 3, 10).toISOString(),
  by: grace,
  subject: { kind: 'settings' },
  action: 'changed',
  changes: [{ field: 'crmCallbackUrl', from: 'built-in', to: 'https://crm.example.com' }],
}
const worker: AuditEntry = {
  ...settings,
  subject: { kind: 'worker', identity: 'ada', displayName: 'Ada' },
  changes: [{ field: 'role', from: 'worker', to: 'administrator' }],
}

test('says which setting was changed, from what to what', () => {
  assert.deepEqual(entryWords(settings), {
    did: 'changed the CRM Callback URL',
    changes: [{ what: 'CRM Callback URL', from: 'the built-in service', to: 'https://crm.example.com' }],
  })
})

test('says several settings as one change', () => {
  const both = [...settings.changes, { field: 'templatesCallbackUrl', from: null, to: 'https://example.com' }]
  const { did, changes } = entryWords({ ...settings, changes: both })
  assert.equal(did, 'changed the settings')
  assert.deepEqual(changes[1], { what: 'Templates Callback URL', to: 'https://example.com' })
})

test('says what was done to a worker', () => {
  assert.equal(entryWords(worker).did, 'changed the role of Ada')
  assert.deepEqual(entryWords(worker).changes, [{ what: 'Role', from: 'Worker', to: 'Administrator' }])
  const did = (action: AuditEntry['action']) => entryWords({ ...worker, action, changes: [] }).did
  assert.equal(did('added'), 'added Ada as a worker')
  assert.equal(did('deactivated'), 'deactivated Ada')
  assert.equal(did('reactivated'), 'reactivated Ada')
  assert.equal(did('invited'), 'made a new invitation link for Ada')
})

test('tells an accepted invitation from a new password', () => {
  const ada = { identity: 'ada', displayName: 'Ada' }
  const password = { field: 'password', from: null, to: 'set' }
  const active = { field: 'state', from: 'invited', to: 'active' }
  assert.equal(entryWords({ ...worker, by: ada, changes: [active, password] }).did, 'accepted their invitation')
  assert.equal(entryWords({ ...worker, by: ada, changes: [password] }).did, 'set a new password')
  assert.equal(entryWords({ ...worker, changes: [password] }).did, 'changed the password of Ada')
})

test('tells an administrator who was added, and how long a link works in local time', () => {
  const role = { field: 'role', from: null, to: 'administrator' }
  assert.equal(entryWords({ ...worker, action: 'added', changes: [role] }).did, 'added Ada as an administrator')
  const until = { field: 'invitation', from: null, to: 'until 2020-11-29T13:12:09.239Z' }
  const [link] = entryWords({ ...worker, action: 'invited', changes: [until] }).changes
  assert.match(link?.to ?? '', /^until .*2020.*\d\d:12:09$/)
})

test('shows a field that it does not know as it is', () => {
  const entry = { ...settings, changes: [{ field: 'retentionDays', from: '30', to: '60' }] }
  assert.equal(entryWords(entry).did, 'changed the retentionDays')
})

test('puts entries of one day together', () => {
  const at = (day: number) => ({ ...settings, at: new Date(2026, 2, day, 10).toISOString() })
  assert.deepEqual(
    byDay([at(4), at(4), at(3)]).map(({ entries }) => entries.length),
    [2, 1],
  )
})
