/** Real processes, killed at every point of a start: in the end nothing is left over, unfinished or unclear. */
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { arrangements, faultsOf, sweep } from './sweep.ts'

/** For a machine that has much else to do. */
const timeout = 900_000
const skip = process.env['TEST_POSTGRES_URL'] ? false : 'TEST_POSTGRES_URL is not set'

for (const kind of ['sqlite', 'postgres'] as const) {
  describe(`on ${kind}`, { concurrency: true, timeout, skip: kind === 'postgres' && skip }, () => {
    for (const arrangement of arrangements) {
      test(`when ${arrangement} in the middle of a start, it is finished or taken back`, { timeout }, async () => {
        const outcome = await sweep(arrangement, kind, { runs: 1, every: 5 })
        assert.deepEqual(faultsOf(outcome), [])
      })
    }
  })
}
