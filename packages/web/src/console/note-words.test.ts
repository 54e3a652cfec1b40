import assert from 'node:assert/strict'
import { test } from 'node:test'
import { noteWords } from './note-words.ts'

test('calls steps as the screen calls them', () => {
  assert.equal(noteWords('createConversation undone'), '“Create the conversation” undone.')
  assert.equal(
    noteWords('addCustomer could not be undone yet: 503'),
    '“Add the customer” could not be undone yet: 503.',
  )
})

test('makes a sentence of it, once', () => {
  assert.equal(noteWords('taken over.'), 'Taken over.')
})
