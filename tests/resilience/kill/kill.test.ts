/** Real processes, killed in the middle of starts: in the end nothing is left over, unfinished or unclear. */
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Arrangement, faultsOf, sweep } from './sweep.ts'

/** For a machine that has much else to do. */
const timeout = 900_000
/** What `npm run proof -- kill` does with every point, in both arrangements more, and on both databases. */
const short: [arrangement: Arrangement, every: number][] = [
  ['the app is killed', 3],
  ['the engine is killed', 8],
]

for (const [arrangement, every] of short) {
  test(`when ${arrangement} in the middle of a start, it is finished or taken back`, { timeout }, async () => {
    const outcome = await sweep(arrangement, 'sqlite', { runs: 1, every })
    assert.deepEqual(faultsOf(outcome), [])
    assert.ok(outcome.planned > 0)
    assert.equal(outcome.verdicts.length, outcome.planned)
  })
}
