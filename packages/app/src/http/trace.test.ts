import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  currentPart,
  inPart,
  inTrace,
  newTrace,
  outsideTraces,
  readTraceparent,
  traceHeaders,
  traceId,
} from './trace.ts'

const id = '4bf92f3577b34da6a3ce929d0e0e4736'
const parent = '00f067aa0ba902b7'

test('reads what the recommendation gives as an example', () => {
  assert.deepEqual(readTraceparent(`00-${id}-${parent}-01`), { id, sampled: true })
  assert.deepEqual(readTraceparent(`00-${id}-${parent}-00`), { id, sampled: false })
})

test('reads a later version by its first four fields', () => {
  assert.deepEqual(readTraceparent(`cc-${id}-${parent}-01-what-the-future-brings`), { id, sampled: true })
})

for (const [what, header] of [
  ['nothing', undefined],
  ['zeros for a trace', `00-${'0'.repeat(32)}-${parent}-01`],
  ['zeros for a parent', `00-${id}-${'0'.repeat(16)}-01`],
  ['the forbidden version', `ff-${id}-${parent}-01`],
  ['capitals', `00-${id.toUpperCase()}-${parent}-01`],
  ['a fifth field in the first version', `00-${id}-${parent}-01-more`],
  ['a line break', `00-${id}-${parent}-01\r\nx-other: 1`],
] as const) {
  test(`does not go on with ${what}`, () => assert.equal(readTraceparent(header), undefined))
}

test('passes the trace on, each call with an id of its own', () => {
  inTrace({ id, sampled: false }, () => {
    const first = traceHeaders()['traceparent'] ?? ''
    const second = traceHeaders()['traceparent'] ?? ''
    assert.match(first, new RegExp(`^00-${id}-[0-9a-f]{16}-00$`))
    assert.deepEqual(readTraceparent(second), { id, sampled: false })
    assert.notEqual(first, second)
  })
})

test('what is done outside traces passes none on, and what is in one comes back to it', async () => {
  assert.deepEqual(traceHeaders(), {})
  await inTrace(newTrace(), async () => {
    const own = traceId()
    assert.match(own ?? '', /^[0-9a-f]{32}$/)
    await outsideTraces(async () => {
      await Promise.resolve()
      assert.equal(traceId(), undefined)
      assert.deepEqual(traceHeaders(), {})
    })
    assert.equal(traceId(), own)
  })
})

test('a part is known to what it leads to, and to nothing beside, after or outside it', async () => {
  const part = { attemptId: 'a', step: 'addCustomer' } as const
  const other = { attemptId: 'a', step: 'addWorker' } as const
  await inTrace({ id, sampled: true }, async () => {
    const inside = inPart(part, async () => {
      await Promise.resolve()
      assert.equal(traceId(), id)
      assert.equal(outsideTraces(currentPart), undefined)
      return currentPart()
    })
    assert.equal(inPart(other, currentPart), other)
    assert.equal(currentPart(), undefined)
    assert.equal(await inside, part)
    assert.equal(currentPart(), undefined)
  })
})
