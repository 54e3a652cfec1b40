import assert from 'node:assert/strict'
import { test } from 'node:test'
import { changesIn, draftOf, problemsIn, settingsOf } from './settings-draft.ts'

const saved = {
  outgoingConversationCallbackUrl: 'built-in',
  crmCallbackUrl: 'https://example.com/crm',
  templatesCallbackUrl: '',
}

test('what was loaded and not touched is saved as it was', () => {
  const draft = draftOf(saved)
  assert.deepEqual(settingsOf(draft), saved)
  assert.equal(changesIn(draft, saved), 0)
  assert.deepEqual(problemsIn(draft, saved), {})
})

test('a URL typed before switching back to built-in is kept in the field and not sent', () => {
  const draft = { ...draftOf(saved), crmCallbackUrl: { own: false, url: 'https://example.com/crm' } }
  assert.equal(settingsOf(draft).crmCallbackUrl, 'built-in')
  assert.equal(changesIn(draft, saved), 1)
})

test('spaces around a URL are no change', () => {
  const draft = { ...draftOf(saved), crmCallbackUrl: { own: true, url: ' https://example.com/crm ' } }
  assert.equal(changesIn(draft, saved), 0)
})

test('only what was changed is held against the administrator', () => {
  const draft = { ...draftOf(saved), outgoingConversationCallbackUrl: { own: true, url: '' } }
  assert.deepEqual(Object.keys(problemsIn(draft, saved)), ['outgoingConversationCallbackUrl'])
})
