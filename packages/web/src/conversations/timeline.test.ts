import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Message } from '@firstline/app/api'
import { mergeMessages, type Outgoing, timeline } from './timeline.ts'

let count = 0
function aMessage(given: Partial<Message> = {}): Message {
  count++
  return {
    sid: `IM${count}`,
    conversationSid: 'CH1',
    index: count,
    direction: 'outbound',
    author: { displayName: 'Maya', identity: 'maya' },
    body: `message ${count}`,
    fromTemplate: false,
    createdAt: new Date(1_700_000_000_000 + count * 1000).toISOString(),
    status: 'sent',
    ...given,
  }
}
function anOutgoing(key: string): Outgoing {
  return { key, conversationSid: 'CH1', request: { body: key }, createdAt: '2026-01-01T00:00:00Z', state: 'waiting' }
}

test('messages are in the order of their index, gaps and all, wherever they came from', () => {
  const [a, b, c] = [aMessage({ index: 3 }), aMessage({ index: 7 }), aMessage({ index: 4 })]
  assert.deepEqual(
    timeline([a, b], [c], []).map((entry) => entry.message?.index),
    [3, 4, 7],
  )
})

test('a message that comes both by loading and by the stream is shown once, in its later state', () => {
  const sent = aMessage()
  const read = { ...sent, status: 'read' as const }
  for (const [stored, live] of [
    [sent, read],
    [read, sent],
  ] as const) {
    const entries = timeline([stored], [live], [])
    assert.equal(entries.length, 1)
    assert.equal(entries[0]?.message?.status, 'read')
  }
})

test('a failure is later than anything that was believed before', () => {
  const delivered = aMessage({ status: 'delivered' })
  const [merged] = mergeMessages([delivered], [{ ...delivered, status: 'failed' }])
  assert.equal(merged?.status, 'failed')
})

test('an outgoing message gives way to the real one that carries its key', () => {
  const entries = timeline([], [aMessage({ key: 'k1' })], [anOutgoing('k1'), anOutgoing('k2')])
  assert.deepEqual(
    entries.map((entry) => entry.id),
    ['k1', 'k2'],
  )
  assert.ok(entries[0]?.message)
})

test('a message keeps its key, so that its place on the screen stays when a copy without one arrives', () => {
  const mine = aMessage({ key: 'k1', status: 'sending' })
  const { key: _, ...bare } = mine
  assert.equal(mergeMessages([mine], [{ ...bare, status: 'delivered' }])[0]?.key, 'k1')
})

test('a message that the engine has not taken yet is replaced by the one that it has', () => {
  const waiting = aMessage({ sid: null, index: null, key: 'k1', status: 'sending' })
  const taken = aMessage({ key: 'k1', status: 'sending' })
  for (const order of [
    [waiting, taken],
    [taken, waiting],
  ]) {
    assert.deepEqual(
      mergeMessages([], order).map(({ sid }) => sid),
      [taken.sid],
    )
  }
})

test('what the engine has not taken yet stands after what it has', () => {
  const waiting = aMessage({ sid: null, index: null, key: 'k9', status: 'sending' })
  const taken = aMessage()
  assert.equal(timeline([waiting, taken], [], []).at(-1)?.id, 'k9')
})

test('a message that was never taken stays where it was written, not below everything for ever', () => {
  const early = aMessage()
  const failed = aMessage({ sid: null, index: null, key: 'k8', status: 'failed' })
  const late = aMessage()
  assert.deepEqual(
    timeline([early, late, failed], [], []).map((entry) => entry.id),
    [early.sid, 'k8', late.sid],
  )
})
