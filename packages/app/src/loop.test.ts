import assert from 'node:assert/strict'
import { type TestContext, test } from 'node:test'
import { pino } from 'pino'
import type { Context } from './context.ts'
import { startLoop } from './loop.ts'

const everyMs = 5_000

/** A loop on a clock of its own; `fails` says whether the next rounds do. */
function setLoop(t: TestContext) {
  t.mock.timers.enable({ apis: ['setTimeout'] })
  const log = pino({ level: 'silent' })
  const database = { onWake: () => () => {} } as unknown as Context['database']
  const stage = { now: 0, fails: true, nextAt: undefined as number | undefined, rounds: [] as number[] }
  const loop = startLoop({ database, clock: () => stage.now, log }, { name: 'a test', everyMs }, async () => {
    stage.rounds.push(stage.now)
    if (stage.fails) throw new Error('no')
    return stage.nextAt
  })
  t.after(() => loop.stop())
  async function pass(ms: number): Promise<void> {
    for (let passed = 0; passed < ms; passed += 100) {
      await new Promise(setImmediate)
      stage.now += 100
      t.mock.timers.tick(100)
    }
    await new Promise(setImmediate)
  }
  return Object.assign(stage, { pass, wake: loop.wake })
}

test('a round that failed is followed by another soon, and later each time, at most after the longest pause', async (t) => {
  const loop = setLoop(t)
  await loop.pass(17_500)
  assert.deepEqual(loop.rounds, [0, 1_000, 3_000, 7_000, 12_000, 17_000])
})

test('after a good round the pauses are as ever, and the next failure is a first one', async (t) => {
  const loop = setLoop(t)
  await loop.pass(2_000)
  loop.fails = false
  await loop.pass(6_500)
  assert.deepEqual(loop.rounds, [0, 1_000, 3_000, 8_000])
  loop.fails = true
  await loop.pass(5_700)
  assert.deepEqual(loop.rounds.slice(4), [13_000, 14_000])
})

test('a loop that waits after a failure can be woken, and then goes by what is due', async (t) => {
  const loop = setLoop(t)
  await loop.pass(500)
  Object.assign(loop, { fails: false, nextAt: 2_000 })
  loop.wake()
  await loop.pass(2_000)
  assert.deepEqual(loop.rounds.slice(0, 3), [0, 500, 2_000])
})
