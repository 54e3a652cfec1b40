import assert from 'node:assert/strict'
import { test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { ContractError } from '@firstline/callbacks'
import type { Context } from '../context.ts'
import { inLine } from './line.ts'

const servedAtOnce = 24

/** Work that lasts until the test says so. */
function stage() {
  const ctx = {} as Context
  const begun: number[] = []
  const works: PromiseWithResolvers<void>[] = []
  return {
    begun,
    works,
    come(number: number): Promise<void> {
      const work = Promise.withResolvers<void>()
      works.push(work)
      return inLine(ctx, async () => {
        begun.push(number)
        await work.promise
      })
    },
  }
}

test('so many are served at once, and the others in the order in which they came', async () => {
  const { begun, works, come } = stage()
  const all = Array.from({ length: servedAtOnce + 3 }, (_, number) => come(number))
  await turn()
  assert.equal(begun.length, servedAtOnce)
  works[5]?.resolve()
  works[3]?.reject(new Error('failed'))
  await Promise.allSettled([all[5], all[3]])
  await turn()
  assert.deepEqual(begun.slice(servedAtOnce), [servedAtOnce, servedAtOnce + 1])
  for (const work of works) work.resolve()
  await Promise.allSettled(all)
  assert.equal(begun.length, servedAtOnce + 3)
})

test('whoever has waited for too long is told so, and loses nobody a place', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const { begun, works, come } = stage()
  const all = Array.from({ length: servedAtOnce }, (_, number) => come(number))
  const tooLate = come(100)
  t.mock.timers.tick(40_000)
  const inTime = come(101)
  t.mock.timers.tick(5_000)
  await assert.rejects(tooLate, (error) => {
    assert.ok(error instanceof ContractError)
    assert.deepEqual([error.code, error.status, error.retryable], [48050, 503, true])
    return true
  })
  works[0]?.resolve()
  await all[0]
  await turn()
  assert.deepEqual(begun.slice(servedAtOnce), [101])
  for (const work of works) work.resolve()
  await Promise.all([...all, inTime])
})
