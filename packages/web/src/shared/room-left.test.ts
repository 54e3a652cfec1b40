import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomLeft } from './room-left.ts'

test('carriers take 1,600 characters, whatever they are', () => {
  assert.equal(roomLeft('sms', 'x'.repeat(1_600)), 0)
  assert.equal(roomLeft('whatsapp', 'é'.repeat(1_601)), -1)
})

test('a chat takes 32 kB', () => {
  assert.equal(roomLeft('chat', 'x'.repeat(32 * 1024)), 0)
  assert.equal(roomLeft('chat', 'é'.repeat(16 * 1024 + 1)), -2)
})
