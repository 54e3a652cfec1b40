import assert from 'node:assert/strict'
import { test } from 'node:test'
import { roomLeft, roomWords } from './room-left.ts'

const kB = 1024

test('carriers take 1,600 characters, whatever they are', () => {
  assert.equal(roomLeft('sms', 'x'.repeat(1_600)), 0)
  assert.equal(roomLeft('whatsapp', 'é'.repeat(1_601)), -1)
  // As the server counts them, which leaves NUL characters out.
  assert.equal(roomLeft('sms', '👍'.repeat(800)), 0)
  assert.equal(roomLeft('sms', `${'x'.repeat(1_600)}\0`), 0)
})

test('a chat takes 32 kB', () => {
  assert.equal(roomLeft('chat', 'x'.repeat(32 * kB)), 0)
  assert.equal(roomLeft('chat', 'é'.repeat(16 * kB + 1)), -2)
  assert.equal(roomLeft('chat', '👍'.repeat(8 * kB)), 0)
  // Half an emoji goes over the wire as the three bytes of U+FFFD.
  assert.equal(roomLeft('chat', '\ud83d'), 32 * kB - 3)
})

test('the room that is left is told when it becomes scarce, and exactly on sms and WhatsApp', () => {
  assert.equal(roomWords('sms', 'x'.repeat(1_400)), undefined)
  assert.equal(roomWords('sms', 'x'.repeat(1_401)), '199 characters left')
  assert.equal(roomWords('whatsapp', 'x'.repeat(1_599)), '1 character left')
  assert.equal(roomWords('sms', 'x'.repeat(1_600)), '0 characters left')
  assert.equal(roomWords('sms', 'x'.repeat(3_000)), 'Too long by 1,400 characters. Shorten it, or send it in parts.')
})

test('on chat it is told in characters, about as long as those that were written', () => {
  assert.equal(roomWords('chat', ''), undefined)
  assert.equal(roomWords('chat', 'x'.repeat(32 * kB - 200)), undefined)
  assert.equal(roomWords('chat', 'x'.repeat(32 * kB - 150)), 'About 150 characters left')
  assert.equal(roomWords('chat', '👍'.repeat(8 * kB - 10)), 'About 10 characters left')
  assert.equal(
    roomWords('chat', 'é'.repeat(16 * kB + 50)),
    'Too long by about 50 characters. Shorten it, or send it in parts.',
  )
  assert.equal(
    roomWords('chat', `${'x'.repeat(32 * kB)}é`),
    'Too long by about 2 characters. Shorten it, or send it in parts.',
  )
})
