import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseDuration } from './timers.ts'

const durations: [text: string, ms: number | undefined][] = [
  ['PT1M', 60_000],
  ['PT90S', 90_000],
  ['P1DT2H', 26 * 3_600_000],
  ['P2W', 14 * 86_400_000],
  ['PT0S', 0],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['P1M', undefined],
  ['1 minute', undefined],
  ['PT1.5M', undefined],
  ['P99999W', undefined],
]
for (const [text, ms] of durations) {
  test(`reads the duration ${text} as ${ms} ms`, () => {
    assert.equal(parseDuration(text), ms)
  })
}
