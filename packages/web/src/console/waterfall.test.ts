import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Attempt } from '@firstline/app/api'
import { describeWaterfall, formatMs, ticksOf, waterfallOf } from './waterfall.ts'

const startedAt = '2026-03-01T10:00:00.000Z'
const start = Date.parse(startedAt)
type Drawn = Pick<Attempt, 'startedAt' | 'ms' | 'steps'>
const finished: Drawn = {
  startedAt,
  ms: 400,
  steps: [
    { name: 'checkCustomer', outcome: 'done', offsetMs: 0, ms: 40 },
    { name: 'createConversation', outcome: 'done', offsetMs: 40, ms: 60 },
    { name: 'getProxyAddress', outcome: 'done', offsetMs: 40, ms: 200 },
    { name: 'addCustomer', outcome: 'done', offsetMs: 240, ms: 100 },
    { name: 'addWorker', outcome: 'done', offsetMs: 340, ms: 60 },
  ],
}

test('draws steps that run together from the same place', () => {
  const { bars, totalMs } = waterfallOf(finished, start)
  assert.equal(totalMs, 400)
  assert.deepEqual(
    bars.map((bar) => [bar.left, bar.width]),
    [
      [0, 0.1],
      [0.1, 0.15],
      [0.1, 0.5],
      [0.6, 0.25],
      [0.85, 0.15],
    ],
  )
})

test('places a step by its own start when no offset is given', () => {
  const { bars } = waterfallOf(
    {
      startedAt,
      ms: 100,
      steps: [{ name: 'createConversation', outcome: 'done', startedAt: '2026-03-01T10:00:00.050Z', ms: 50 }],
    },
    start,
  )
  assert.deepEqual([bars[0]?.left, bars[0]?.width], [0.5, 0.5])
})

test('lets a running step reach to now and widens the drawing with it', () => {
  const { bars, totalMs } = waterfallOf(
    {
      startedAt,
      steps: [
        { name: 'checkCustomer', outcome: 'done', offsetMs: 0, ms: 500 },
        { name: 'getProxyAddress', outcome: 'running', offsetMs: 500 },
      ],
    },
    start + 2_000,
  )
  assert.equal(totalMs, 2_000)
  assert.equal(bars[1]?.ms, 1_500)
  assert.equal(bars[1]?.left, 0.25)
})

test('draws nothing for a step that was never reached', () => {
  const { bars } = waterfallOf({ startedAt, ms: 10, steps: [{ name: 'addWorker', outcome: 'pending' }] }, start)
  assert.equal(bars[0]?.width, 0)
  assert.equal(bars[0]?.offsetMs, undefined)
})

test('keeps an instant step at the very end visible and inside', () => {
  const { bars } = waterfallOf(
    { startedAt, ms: 1000, steps: [{ name: 'addWorker', outcome: 'done', offsetMs: 1000, ms: 0 }] },
    start,
  )
  const bar = bars[0]
  assert.ok(bar && bar.width > 0)
  assert.ok(bar.left + bar.width <= 1)
})

test('does not fail on an attempt that took no time', () => {
  const { totalMs, ticks } = waterfallOf({ startedAt, ms: 0, steps: [] }, start)
  assert.equal(totalMs, 1)
  assert.ok(ticks.length > 0)
})

for (const total of [1, 7, 40, 400, 999, 6_012, 45_000]) {
  test(`marks ${total} ms with a few round times`, () => {
    const ticks = ticksOf(total)
    assert.ok(ticks.length >= 2 && ticks.length <= 7, String(ticks.length))
    assert.ok(ticks.every((tick) => tick.left >= 0 && tick.left <= 1))
  })
}

for (const [ms, words] of [
  [0, '0 ms'],
  [0.4, '<1 ms'],
  [12.6, '13 ms'],
  [999.7, '1.00 s'],
  [1240, '1.24 s'],
  [12_340, '12.3 s'],
  [61_400, '1 min 1 s'],
] as const) {
  test(`writes ${ms} milliseconds as ${words}`, () => assert.equal(formatMs(ms), words))
}

test('says the drawing in words', () => {
  const words = describeWaterfall(
    waterfallOf(
      {
        startedAt,
        ms: 60,
        steps: [
          { name: 'getProxyAddress', outcome: 'failed', offsetMs: 10, ms: 50 },
          { name: 'addWorker', outcome: 'pending' },
        ],
      },
      start,
    ),
  )
  assert.equal(words, 'Ask for the business number: failed, began at 10 ms, took 50 ms; Add the worker: not reached.')
})

test('a step that failed looks like it though it was undone, and one that it brought down does not', () => {
  const { bars } = waterfallOf(
    {
      startedAt,
      ms: 60,
      failedAt: 'createConversation',
      steps: [
        { name: 'checkCustomer', outcome: 'done', offsetMs: 0, ms: 10 },
        { name: 'createConversation', outcome: 'undone', offsetMs: 10, ms: 50 },
        { name: 'getProxyAddress', outcome: 'failed', offsetMs: 10, ms: 50, givenUp: true },
      ],
    },
    start,
  )
  assert.deepEqual(
    bars.map(({ words, look }) => [words, look]),
    [
      ['done', 'done'],
      ['failed, undone', 'failed'],
      ['given up', 'undone'],
    ],
  )
})
