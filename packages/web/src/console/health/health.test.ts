import assert from 'node:assert/strict'
import { test } from 'node:test'
import { callsDrawing, timesDrawing } from './health-chart.ts'
import { failureRate, type Health, healthWords, type Slice, sliceTime, sliceWords } from './health-words.ts'

const slice = (total: number, failed = 0, p50?: number, p95?: number): Slice => ({
  from: new Date(2026, 2, 3, 10, 5).toISOString(),
  total,
  failed,
  ...(p50 === undefined ? {} : { p50 }),
  ...(p95 === undefined ? {} : { p95 }),
})

test('a share of failures is never rounded to none or to all', () => {
  assert.equal(failureRate(0, 50), '0 %')
  assert.equal(failureRate(0, 0), '0 %')
  assert.equal(failureRate(1, 2000), '<0.1 %')
  assert.equal(failureRate(1, 40), '2.5 %')
  assert.equal(failureRate(1, 3), '33 %')
  assert.equal(failureRate(995, 1000), '99 %')
  assert.equal(failureRate(9999, 10000), '>99.9 %')
  assert.equal(failureRate(7, 7), '100 %')
})

test('draws failures at the bottom of each slice’s calls', () => {
  const { columns, most } = callsDrawing([slice(10, 5), slice(20), slice(0)])
  assert.equal(most, 20)
  assert.deepEqual(
    columns.map(({ low, high }) => [low, high]),
    [
      [25, 25],
      [0, 100],
      [0, 0],
    ],
  )
})

test('one failure among a thousand calls can still be seen, within the drawing', () => {
  const [column] = callsDrawing([slice(1000, 1)]).columns
  assert.ok(column && column.low >= 4)
  assert.ok(column.low + column.high <= 100)
})

test('draws the time from nothing to p50 to p95', () => {
  const { columns, most } = timesDrawing([slice(4, 0, 50, 200), slice(0)])
  assert.equal(most, 200)
  assert.deepEqual(
    columns.map(({ low, high }) => [low, high]),
    [
      [25, 75],
      [0, 0],
    ],
  )
})

test('columns lie side by side across the whole width', () => {
  const { columns } = callsDrawing([slice(1), slice(1)])
  assert.ok(columns[0] && columns[1] && columns[0].x + columns[0].width < columns[1].x)
  assert.ok(columns[1].x + columns[1].width < 100)
})

test('nothing at all is drawn as nothing', () => {
  assert.deepEqual(callsDrawing([]), { columns: [], most: 0 })
})

test('says how a callback does', () => {
  const health: Health = { callback: 'crm', total: 40, failed: 1, p50: 41, p95: 1240, slices: [] }
  assert.equal(
    healthWords('CRM', health, 'day'),
    'CRM: 40 calls in the last 24 hours, 1 failed; half took up to 41 ms, 95 of 100 up to 1.24 s.',
  )
  assert.equal(
    healthWords('CRM', { callback: 'crm', total: 0, failed: 0, slices: [] }, 'hour'),
    'CRM: not called in the last hour.',
  )
})

test('says a slice, in the week with its day', () => {
  assert.equal(sliceWords(slice(3, 1, 20, 90), 'hour', 'en-GB'), 'From 10:05: 3 calls, 1 failed, p50 20 ms, p95 90 ms')
  assert.equal(sliceWords(slice(0), 'hour', 'en-GB'), 'From 10:05: no calls')
  assert.equal(sliceTime(slice(0).from, 'week', 'en-GB'), 'Tue 10:05')
})
