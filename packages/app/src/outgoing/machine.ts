/** Runs a table of steps, and takes back what a run that fails had made. Knows nothing of what the steps do. */
import { setTimeout as delay, setImmediate as nextTurn } from 'node:timers/promises'
import {
  CutOffError,
  type Failure,
  GivenUpError,
  type Journal,
  type MachineOptions,
  type Run,
  type Step,
  type StepRecord,
  type StepTable,
  type Undoing,
  type Work,
} from './run.ts'

const minRetryMs = 5_000
/** While somebody may wait for what is still in the way; it costs little, for an engine that is down is not asked. */
const maxRetryMs = 30_000
/** What could not be undone for an hour is nothing that passes. */
const patientAfterMs = 60 * 60_000
const patientRetryMs = 5 * 60_000
/** What still runs beside a step that failed is waited for this long before it counts as doubtful. */
const patienceMs = 15_000

/**
 * Carries out a run from where it stands until it has ended: a new one, one that was cut off, or one of which
 * something is left to be undone. Every step is recorded before it runs. If something cannot be undone yet,
 * `lookAgainAt` says when to call this again.
 *
 * Nobody waits for the journal between two steps: while one is under way it is written down what has ended, and which
 * steps may begin next.
 *
 * @throws only what the journal throws.
 */
export async function carryOut<Job, Results>(
  table: StepTable<Job, Results>,
  job: Job,
  run: Run<keyof Results>,
  journal: Journal,
  { clock, settleMs }: MachineOptions,
): Promise<void> {
  const cancel = new AbortController()
  const underWay = new Map<keyof Results, Promise<void>>()
  /** The steps of which it is written down that they have begun, or may begin. */
  const onRecord = new Set<keyof Results>()
  let isBehind = false
  let writing: Promise<void> | undefined
  let firstFailure: Failure | undefined
  const recordOf = (name: keyof Results) =>
    run.steps.find((record) => record.name === name) as StepRecord<keyof Results>
  const isDone = (name: keyof Results) => recordOf(name).outcome === 'done'

  delete run.lookAgainAt
  try {
    if (run.state === 'running') {
      const failure = pickUp() ?? (await goForward())
      await writing
      run.state = failure ? 'undoing' : 'succeeded'
      markForUndoing()
      await journal.conclude(failure)
    }
    if (run.state === 'undoing' || isLeft()) await takeBack()
  } finally {
    if (underWay.size > 0) cancel.abort()
  }

  /** What a run that was cut off left under way is run again if that finishes it and nothing had failed. */
  function pickUp(): Failure | undefined {
    const isCutOff = ({ outcome, mayHaveBegun }: StepRecord<keyof Results>) =>
      outcome === 'running' || (outcome === 'pending' && mayHaveBegun)
    const cutOff = run.steps.filter(isCutOff)
    // It failed, and the process stopped before that was answered.
    const failed = run.steps.find((record) => record.failed && !record.givenUp)
    const stoppedAt = failed ?? cutOff[0]
    if (!stoppedAt) return undefined
    const left = table.filter(({ name }) => !isDone(name))
    const outcome = !failed && left.every((step) => step.finishable) ? 'pending' : 'running'
    for (const record of cutOff) {
      if (record.mayHaveBegun)
        Object.assign(record, { startedAt: clock(), detail: 'cut off; perhaps it had not begun' })
      record.outcome = outcome
      delete record.mayHaveBegun
    }
    if (outcome === 'pending') return undefined
    return { step: String(stoppedAt.name), error: new CutOffError('the process stopped in the middle of it') }
  }

  async function goForward(): Promise<Failure | undefined> {
    while (!table.every(({ name }) => isDone(name))) {
      const ready = table.filter((step) => recordOf(step.name).outcome === 'pending' && step.after.every(isDone))
      for (const { name } of ready) begin(recordOf(name))
      while (!ready.every(({ name }) => onRecord.has(name))) await catchUp()
      for (const step of ready) underWay.set(step.name, execute(step))
      if (ready.length > 0) journal.noticed()
      const turns = [...underWay.values()]
      // There is time to write while something is under way. All may have ended: a race of nobody would never end.
      if (turns.length > 0) await Promise.race(isBehind || writing ? [...turns, catchUp()] : turns)
      if (firstFailure) {
        cancel.abort(new GivenUpError(firstFailure.step))
        return firstFailure
      }
    }
    return undefined
  }

  function begin(record: StepRecord<keyof Results>): void {
    Object.assign(record, { outcome: 'running', startedAt: clock() })
    delete record.mayHaveBegun
    delete record.detail
  }

  /** Writes the run as it stands, after what has just been asked for is out, or waits for the write that is under way. */
  function catchUp(): Promise<void> {
    writing ??= nextTurn()
      .then(writeDown)
      .finally(() => {
        writing = undefined
      })
    return writing
  }

  /** With what has begun goes on record what may begin as soon as that has ended. */
  async function writeDown(): Promise<void> {
    const hasBegun = (name: keyof Results) => recordOf(name).outcome !== 'pending'
    const reached = table.filter(({ name, after }) => hasBegun(name) || after.every(hasBegun)).map(({ name }) => name)
    for (const name of reached) if (!hasBegun(name)) recordOf(name).mayHaveBegun = true
    isBehind = false
    await journal.record()
    for (const name of reached) onRecord.add(name)
  }

  async function execute(step: Step<Job, Results, keyof Results>): Promise<void> {
    const record = recordOf(step.name)
    const work: Work = {
      signal: cancel.signal,
      requireHold: journal.requireHold,
      async recorded() {
        while (isBehind || writing) await catchUp()
      },
      doubt() {
        record.doubtful = true
      },
      nothingDone() {
        if (!record.doubtful) record.takenBack = true
      },
    }
    const begun = performance.now()
    let ended: Partial<StepRecord>
    try {
      ended = { outcome: 'done', result: await step.run(job, results(), work) }
    } catch (error) {
      firstFailure ??= { step: String(step.name), error }
      ended = { outcome: 'failed', failed: true, ...describe(error) }
    }
    // One that was given up on is in doubt, whatever it says now.
    if (!underWay.delete(step.name)) return
    Object.assign(record, ended, { ms: Math.round((performance.now() - begun) * 10) / 10 })
    isBehind = true
    journal.noticed(record)
  }

  /** After a failure everything that began, after a success what was superfluous. */
  function markForUndoing(): void {
    for (const step of table) {
      const record = recordOf(step.name)
      // Whatever was not begun so far never will be.
      delete record.mayHaveBegun
      if (underWay.has(step.name) || record.outcome === 'pending' || record.takenBack) continue
      if (record.outcome === 'running') {
        const { startedAt = clock(), detail = 'cut off' } = record
        Object.assign(record, { outcome: 'failed', failed: true, doubtful: true, ms: clock() - startedAt, detail })
      }
      const mustGo = run.state === 'undoing' || (run.state === 'succeeded' && step.superfluous?.(results()))
      if (step.undo && mustGo) record.outcome = 'undoing'
    }
  }

  async function takeBack(): Promise<void> {
    if (underWay.size > 0) {
      await Promise.race([Promise.all(underWay.values()), delay(patienceMs, undefined, { ref: false })])
      for (const name of underWay.keys()) recordOf(name).doubtful = true
      underWay.clear()
    }
    // What ended meanwhile, or what a process that is no more left under way.
    markForUndoing()
    for (const step of table.toReversed()) {
      const record = recordOf(step.name)
      if (record.outcome !== 'undoing') continue
      try {
        judge(record, (await step.undo?.(job, results())) ?? 'covered')
      } catch (error) {
        journal.note(`${String(step.name)} could not be undone yet: ${error instanceof Error ? error.message : error}`)
      }
    }
    if (isLeft()) run.lookAgainAt = nextLook()
    else if (run.state === 'undoing') run.state = 'failed'
    await journal.record()
  }

  /** Of a doubtful step it is final only that nothing is found after another look, and when nothing can come any more. */
  function judge(record: StepRecord<keyof Results>, found: Undoing): void {
    const isLastLook = found === 'absent' && record.looks !== undefined && clock() >= settledAt(record)
    record.looks = (record.looks ?? 0) + 1
    if (found === 'undone') journal.note(`${String(record.name)} undone`)
    if (!record.doubtful || found === 'covered' || isLastLook) {
      record.outcome = record.failed && !record.doubtful ? 'failed' : 'undone'
      record.takenBack = true
    } else {
      journal.note(`${String(record.name)}: it may still come about, so this is looked at again`)
    }
  }

  function settledAt({ startedAt = 0, ms = 0 }: StepRecord<keyof Results>): number {
    return startedAt + Math.ceil(ms) + settleMs
  }

  function isLeft(): boolean {
    return run.steps.some(({ outcome }) => outcome === 'undoing')
  }

  /** When what is in doubt has settled; what cannot be undone is tried again and again, and rarely in the end. */
  function nextLook(): number {
    const now = clock()
    const dueAt = run.steps
      .filter(({ outcome }) => outcome === 'undoing')
      .map((record) => {
        const settles = record.looks === undefined ? 0 : settledAt(record)
        return settles > now ? settles : now + pauseAfter(now - (record.startedAt ?? now))
      })
    return Math.max(now + minRetryMs, Math.min(...dueAt))
  }

  /** What is there so far; a step that waits for others finds theirs. */
  function results(): Results {
    const known = run.steps.filter(({ result }) => result !== undefined).map(({ name, result }) => [name, result])
    return Object.fromEntries(known) as Results
  }
}

/** Some pass the reason for which they were given up on, others wrap it. */
function describe(error: unknown): Pick<StepRecord, 'detail' | 'givenUp'> {
  const reason = error instanceof Error && error.cause instanceof GivenUpError ? error.cause : error
  const detail = reason instanceof Error ? reason.message : String(reason)
  return { detail, ...(reason instanceof GivenUpError && { givenUp: true }) }
}

function pauseAfter(age: number): number {
  return age < patientAfterMs ? Math.min(maxRetryMs, age) : patientRetryMs
}
