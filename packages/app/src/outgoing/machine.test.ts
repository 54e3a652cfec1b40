import assert from 'node:assert/strict'
import { test } from 'node:test'
import { carryOut } from './machine.ts'
import { CutOffError, type Failure, newRun, type Run, type StepTable, type Undoing, type Work } from './run.ts'

type Results = { first: number; left: number; right: number; last: number }
type Job = {
  /** What the steps did, in order. */
  did: string[]
  run: Partial<Record<keyof Results, (work: Work) => Promise<number>>>
  undo: Partial<Record<keyof Results, () => Promise<Undoing>>>
}

const settleMs = 40_000

function step<Name extends keyof Results>(name: Name, after: (keyof Results)[]) {
  return {
    name,
    after,
    async run({ did, run }: Job, _: Results, work: Work) {
      did.push(name)
      return run[name]?.(work) ?? 1
    },
    async undo({ did, undo }: Job): Promise<Undoing> {
      did.push(`undo ${name}`)
      return undo[name]?.() ?? 'undone'
    },
  }
}

const table: StepTable<Job, Results> = [
  step('first', []),
  { ...step('left', ['first']), superfluous: ({ right }) => right === 99 },
  step('right', ['first']),
  { ...step('last', ['left', 'right']), finishable: true },
]

/** A run whose journal is the list of its own copies; `writing` is waited for at each. */
function stage(
  job: Partial<Job> = {},
  run: Run<keyof Results> = newRun(table),
  writing: () => Promise<void> | undefined = () => undefined,
) {
  const did: string[] = []
  const journal: string[] = []
  const notes: string[] = []
  const stage = {
    did,
    journal,
    notes,
    run,
    now: 1_000,
    failure: undefined as Failure | undefined,
    outcomes: () => run.steps.map(({ outcome, mayHaveBegun }) => (mayHaveBegun ? 'next' : outcome)).join(' '),
    carryOut: () =>
      carryOut(
        table,
        { run: {}, undo: {}, ...job, did },
        run,
        {
          async record() {
            const copy = `${run.state}: ${stage.outcomes()}`
            await writing()
            journal.push(copy)
          },
          async conclude(failure) {
            stage.failure = failure
            journal.push(`answer ${run.state}: ${stage.outcomes()}`)
          },
          requireHold() {},
          noticed() {},
          note: (text) => notes.push(text),
        },
        { clock: () => stage.now, settleMs },
      ),
  }
  return stage
}

/** Until everything has happened that needs no time. */
async function calm(): Promise<void> {
  for (let turn = 0; turn < 5; turn++) await new Promise(setImmediate)
}

test('each step is recorded before it runs, and what waits for the same runs together', async () => {
  const { did, journal, run, carryOut } = stage()
  await carryOut()
  assert.deepEqual(did, ['first', 'left', 'right', 'last'])
  assert.deepEqual(journal, [
    'running: running next next pending',
    'running: done done done running',
    'answer succeeded: done done done done',
  ])
  assert.deepEqual(
    run.steps.map(({ result }) => result),
    [1, 1, 1, 1],
  )
})

test('no step waits for the journal if it is on record that it may begin, and none begins before', async () => {
  const gate = Promise.withResolvers<void>()
  let writes = 0
  const { did, journal, carryOut } = stage({}, newRun(table), () => (++writes === 2 ? gate.promise : undefined))
  const carried = carryOut()
  await calm()
  assert.deepEqual([did, journal.length], [['first', 'left', 'right'], 1])
  gate.resolve()
  await carried
  assert.deepEqual(did, ['first', 'left', 'right', 'last'])
})

test('what ends while others are under way is recorded meanwhile, with what may begin next', async () => {
  const left = Promise.withResolvers<number>()
  const right = Promise.withResolvers<number>()
  const last = Promise.withResolvers<number>()
  const steps = { left: () => left.promise, right: () => right.promise, last: () => last.promise }
  const { journal, carryOut } = stage({ run: steps })
  const carried = carryOut()
  await calm()
  left.resolve(1)
  await calm()
  right.resolve(1)
  await calm()
  last.resolve(1)
  await carried
  assert.deepEqual(journal.slice(1, -1), [
    'running: done running running next',
    'running: done done running next',
    'running: done done done running',
  ])
})

test('a step can wait until what those before it have left is on record', async () => {
  const seen: (string | undefined)[] = []
  const { journal, carryOut } = stage({
    run: {
      right: async () => {
        await calm()
        return 1
      },
      last: async ({ recorded }) => {
        seen.push(journal.at(-1))
        await recorded()
        seen.push(journal.at(-1))
        return 1
      },
    },
  })
  await carryOut()
  assert.deepEqual(seen, ['running: done done running next', 'running: done done done running'])
})

test('a failure is answered before it is undone, in reverse', async () => {
  const { did, journal, carryOut, ...rest } = stage({ run: { last: () => Promise.reject(new Error('no')) } })
  await carryOut()
  assert.deepEqual(did.slice(4), ['undo last', 'undo right', 'undo left', 'undo first'])
  assert.deepEqual(journal.slice(-2), [
    'answer undoing: undoing undoing undoing undoing',
    'failed: undone undone undone failed',
  ])
  assert.equal(rest.run.steps[3]?.detail, 'no')
})

test('what runs beside a step that fails is told to stop, waited for and undone', async () => {
  const begun = Promise.withResolvers<void>()
  const { did, run, carryOut } = stage({
    run: {
      left: ({ signal }) =>
        new Promise((resolve) => {
          // It comes about all the same, after the answer.
          signal.addEventListener('abort', () => setImmediate(() => resolve(7)))
          begun.resolve()
        }),
      right: async () => {
        await begun.promise
        throw new Error('no')
      },
    },
  })
  await carryOut()
  assert.deepEqual(did.slice(3), ['undo right', 'undo left', 'undo first'])
  assert.equal(run.state, 'failed')
})

test('a step that stops because another one failed says so, however it puts it', async () => {
  const begun = Promise.withResolvers<void>()
  const waits = (wrap: (reason: unknown) => unknown) => (work: Work) =>
    new Promise<number>((_, reject) => {
      work.signal.addEventListener('abort', () => reject(wrap(work.signal.reason)))
      begun.resolve()
    })
  for (const wrap of [(reason: unknown) => reason, (cause: unknown) => new Error('aborted', { cause })]) {
    const { run, carryOut, ...rest } = stage({
      run: { right: waits(wrap), left: () => begun.promise.then(() => Promise.reject(new Error('no'))) },
    })
    await carryOut()
    assert.equal(rest.outcomes(), 'undone failed failed pending')
    const [, left, right] = run.steps
    assert.deepEqual([left?.detail, left?.givenUp], ['no', undefined])
    assert.deepEqual([right?.detail, right?.givenUp], ['given up, since left had failed', true])
  }
})

test('two steps that fail in the same moment are one failure', async () => {
  const fail = () => Promise.reject(new Error('no'))
  const result = stage({ run: { left: fail, right: fail } })
  await result.carryOut()
  assert.equal(result.failure?.step, 'left')
  assert.equal(result.outcomes(), 'undone failed failed pending')
})

test('what was not needed after all is undone after a success', async () => {
  const { did, journal, run, carryOut } = stage({ run: { right: async () => 99 } })
  await carryOut()
  assert.deepEqual(did.slice(4), ['undo left'])
  assert.deepEqual(journal.slice(-2), ['answer succeeded: done undoing done done', 'succeeded: done undone done done'])
  assert.equal(run.lookAgainAt, undefined)
})

test('what cannot be undone yet is tried every half minute, rarely after an hour, and the rest is undone meanwhile', async () => {
  let broken = true
  const result = stage({
    run: { last: () => Promise.reject(new Error('no')) },
    undo: { left: () => (broken ? Promise.reject(new Error('unreachable')) : Promise.resolve('undone')) },
  })
  await result.carryOut()
  assert.equal(result.outcomes(), 'undone undoing undone failed')
  assert.equal(result.run.lookAgainAt, result.now + 5_000)
  result.now += 60_000
  await result.carryOut()
  assert.equal(result.run.lookAgainAt, result.now + 30_000)
  result.now += 60 * 60_000
  await result.carryOut()
  assert.equal(result.run.lookAgainAt, result.now + 5 * 60_000)
  broken = false
  result.now += 5 * 60_000
  await result.carryOut()
  assert.equal(result.run.state, 'failed')
  assert.equal(result.did.filter((what) => what === 'undo first').length, 1)
})

test('of a step in doubt it is final only that nothing was found twice, the second time after it has settled', async () => {
  let found: Undoing = 'absent'
  const result = stage({
    run: {
      left: (work) => {
        work.doubt()
        return Promise.reject(new Error('no answer'))
      },
    },
    undo: { left: async () => found },
  })
  await result.carryOut()
  assert.equal(result.outcomes(), 'undone undoing undone pending')
  result.now += settleMs - 1
  await result.carryOut()
  assert.equal(result.run.state, 'undoing')
  // It came about late, and perhaps not only once.
  found = 'undone'
  result.now += 1_000
  await result.carryOut()
  assert.equal(result.run.state, 'undoing')
  found = 'absent'
  await result.carryOut()
  assert.equal(result.run.state, 'failed')
  assert.equal(result.outcomes(), 'undone undone undone pending')
})

test('of a step that fails without having done anything nothing is undone, unless it was in doubt before', async () => {
  const failing = (doubtful: boolean) => async (work: Work) => {
    if (doubtful) work.doubt()
    work.nothingDone()
    return Promise.reject(new Error('not asked'))
  }
  const sure = stage({ run: { left: failing(false) } })
  await sure.carryOut()
  assert.ok(!sure.did.includes('undo left'))
  assert.equal(sure.outcomes(), 'undone failed undone pending')
  assert.equal(sure.run.state, 'failed')
  const doubtful = stage({ run: { left: failing(true) }, undo: { left: async () => 'absent' } })
  await doubtful.carryOut()
  assert.ok(doubtful.did.includes('undo left'))
  assert.equal(doubtful.run.state, 'undoing')
})

test('a run that was cut off before its last step is taken back', async () => {
  const run: Run<keyof Results> = newRun(table)
  Object.assign(run.steps[0] ?? {}, { outcome: 'done', result: 1, startedAt: 0 })
  Object.assign(run.steps[1] ?? {}, { outcome: 'running', startedAt: 0 })
  const result = stage({ undo: { left: async () => 'absent' } }, run)
  await result.carryOut()
  assert.ok(result.failure?.error instanceof CutOffError)
  assert.deepEqual(result.did, ['undo left', 'undo first'])
  assert.equal(result.run.state, 'undoing')
  result.now = settleMs * 2
  await result.carryOut()
  assert.equal(result.run.state, 'failed')
})

test('of a step that may have begun when its run was cut off nothing is left either', async () => {
  const run: Run<keyof Results> = newRun(table)
  Object.assign(run.steps[0] ?? {}, { outcome: 'running', startedAt: 0 })
  for (const record of run.steps.slice(1, 3)) record.mayHaveBegun = true
  const result = stage({ undo: { left: async () => 'absent' } }, run)
  await result.carryOut()
  assert.equal(result.failure?.step, 'first')
  assert.deepEqual(result.did, ['undo right', 'undo left', 'undo first'])
  const unknown = 'cut off; perhaps it had not begun'
  assert.deepEqual(
    run.steps.map(({ detail }) => detail),
    ['cut off', unknown, unknown, undefined],
  )
  // Who takes over cannot know since when.
  result.now += settleMs - 1
  await result.carryOut()
  assert.equal(result.outcomes(), 'undoing undoing undoing pending')
  result.now += 1
  await result.carryOut()
  assert.equal(result.outcomes(), 'undoing undone undoing pending')
})

test('a run that was cut off after a step had failed, and before that was answered, is taken back', async () => {
  for (const [right, last] of [
    [{ outcome: 'done', result: 1 }, { outcome: 'failed' }],
    [{ outcome: 'failed' }, { outcome: 'pending', mayHaveBegun: true }],
  ] as const) {
    const run: Run<keyof Results> = newRun(table)
    for (const record of run.steps.slice(0, 2)) Object.assign(record, { outcome: 'done', result: 1, startedAt: 0 })
    for (const [at, left] of [right, last].entries()) {
      Object.assign(run.steps[2 + at] ?? {}, left, left.outcome === 'failed' && { failed: true, startedAt: 0 })
    }
    const result = stage({}, run)
    await result.carryOut()
    assert.equal(result.failure?.step, right.outcome === 'failed' ? 'right' : 'last')
    assert.ok(result.failure?.error instanceof CutOffError)
    assert.deepEqual(result.did, ['undo last', 'undo right', 'undo left', 'undo first'])
  }
})

test('a run that was cut off in its last step, or right before it, is finished', async () => {
  for (const last of [
    { outcome: 'running', startedAt: 0 } as const,
    { outcome: 'pending', mayHaveBegun: true } as const,
  ]) {
    const run: Run<keyof Results> = newRun(table)
    for (const record of run.steps) Object.assign(record, { outcome: 'done', result: 1, startedAt: 0 })
    run.steps[3] = { name: 'last', ...last }
    const result = stage({}, run)
    await result.carryOut()
    assert.deepEqual(result.did, ['last'])
    assert.equal(result.run.state, 'succeeded')
  }
})

test('a journal that refuses a write stops the run before the next step', async () => {
  const did: string[] = []
  const run = newRun(table)
  const refused = new Error('taken over')
  const refuse = () => Promise.reject(refused)
  const journal = { record: refuse, conclude: refuse, requireHold() {}, noticed() {}, note() {} }
  const carried = carryOut(table, { did, run: {}, undo: {} }, run, journal, { clock: Date.now, settleMs })
  await assert.rejects(carried, refused)
  assert.deepEqual(did, [])
})
