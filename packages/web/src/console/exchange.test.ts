import assert from 'node:assert/strict'
import { test } from 'node:test'
import { decodeForm, formatBytes, showBody, statusLine, timingParts } from './exchange.ts'

test('decodes a captured request as it was meant', () => {
  const body =
    'ChannelValue=%2B16505551111&Worker=dave%40example.com&CustomerId=3&ChannelType=sms&Location=GetProxyAddress'
  assert.deepEqual(decodeForm(body), [
    ['ChannelValue', '+16505551111'],
    ['Worker', 'dave@example.com'],
    ['CustomerId', '3'],
    ['ChannelType', 'sms'],
    ['Location', 'GetProxyAddress'],
  ])
})

test('keeps a parameter that is sent twice, and an empty one', () => {
  assert.deepEqual(decodeForm('a=1&a=2&b='), [
    ['a', '1'],
    ['a', '2'],
    ['b', ''],
  ])
})

test('indents JSON', () => {
  assert.deepEqual(showBody('{"proxy_address":"+1"}'), { text: '{\n  "proxy_address": "+1"\n}', kind: 'json' })
})

test('leaves JSON that was cut in the middle as it came', () => {
  assert.deepEqual(showBody('{"a": [1, 2'), { text: '{"a": [1, 2', kind: 'text' })
})

test('leaves an HTML error page as it came', () => {
  assert.equal(showBody('<h1>Oops</h1>').kind, 'text')
})

test('tells an empty body from a text', () => {
  assert.equal(showBody(' \n').kind, 'empty')
})

test('splits the time into parts that add up to the whole', () => {
  const parts = timingParts({ totalMs: 100, dnsMs: 10, connectMs: 20, firstByteMs: 90 })
  assert.deepEqual(
    parts.map((part) => [part.label, part.ms]),
    [
      ['Look up the name', 10],
      ['Connect', 20],
      ['Wait for the answer', 60],
      ['Read the answer', 10],
    ],
  )
  assert.equal(
    parts.reduce((sum, part) => sum + part.share, 0),
    1,
  )
})

test('says on what the time was spent when no answer came', () => {
  assert.deepEqual(
    timingParts({ totalMs: 6000, dnsMs: 2, connectMs: 8 }).map((part) => [part.label, part.ms]),
    [
      ['Look up the name', 2],
      ['Connect', 8],
      ['Wait for the answer, in vain', 5990],
    ],
  )
  assert.deepEqual(
    timingParts({ totalMs: 6000, dnsMs: 2 }).map((part) => part.label),
    ['Look up the name', 'Try to connect'],
  )
})

test('has no parts when only the whole was measured', () => {
  assert.deepEqual(timingParts({ totalMs: 3 }), [])
})

test('writes a status with its words, and an unusual one alone', () => {
  assert.equal(statusLine(404), '404 Not Found')
  assert.equal(statusLine(599), '599')
})

test('counts bytes, not characters', () => {
  assert.equal(formatBytes('é'), '2 bytes')
  assert.equal(formatBytes('x'.repeat(2048)), '2.0 kB')
})
