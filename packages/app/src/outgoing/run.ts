/** A table of steps, and a run of it as it is written down. */
import type { AttemptState, StepOutcome } from '../api.ts'

export type Step<Job, Results, Name extends keyof Results> = {
  readonly name: Name
  /** The steps that this one waits for. Steps that wait for the same ones are under way together. */
  readonly after: readonly (keyof Results)[]
  run(job: Job, results: Results, work: Work): Promise<Results[Name]>
  /** Takes back what `run` made, or may have made. Repeated until it succeeds. */
  undo?(job: Job, results: Partial<Results>): Promise<Undoing>
  /** Whether what it made was not needed after all: then it is undone though nothing failed. */
  superfluous?(results: Results): boolean
  /** A run that was cut off is finished if only such steps are left, and taken back otherwise. */
  readonly finishable?: true
}

/** `absent`: nothing was found. `covered`: it is gone for good with what an earlier step takes back. */
export type Undoing = 'undone' | 'absent' | 'covered'

/** Each name once, in the order of the contract; they are undone in reverse. */
export type StepTable<Job, Results> = readonly { [Name in keyof Results]: Step<Job, Results, Name> }[keyof Results][]

/** The process that carried out the run stopped in the middle of it, or stood still. */
export class CutOffError extends Error {
  override readonly name = 'CutOffError'
}

/** Nobody needs the rest of a step: another one has failed. */
export class GivenUpError extends Error {
  override readonly name = 'GivenUpError'
  constructor(failed: string) {
    super(`given up, since ${failed} had failed`)
  }
}

/** What a step is given besides its job. */
export type Work = {
  /** Aborted when the run fails elsewhere: nobody needs the rest. */
  readonly signal: AbortSignal
  /** Says that something which was asked for may still come about later, whatever becomes of this step. */
  doubt(): void
  /** Says that the step fails without having done anything: unless there is doubt, there is nothing to undo. */
  nothingDone(): void
  /**
   * To be called right before anything is asked for that cannot be taken back unseen.
   *
   * @throws CutOffError when the run may be in other hands by now.
   */
  requireHold(): void
  /**
   * Waits until it is on record what the steps before this one have left. To be called before anything is asked for
   * that nobody could take back without knowing that.
   */
  recorded(): Promise<void>
}

export type StepRecord<Name extends PropertyKey = string> = {
  name: Name
  outcome: StepOutcome
  /** Written down ahead of its turn: of a run that was cut off nobody knows whether its turn came. */
  mayHaveBegun?: true
  /** Milliseconds since 1970. */
  startedAt?: number
  ms?: number
  result?: unknown
  /** Why it failed, for the administrator. */
  detail?: string
  failed?: true
  /** It failed only because another one had. */
  givenUp?: true
  doubtful?: true
  /** How often it was looked whether there is anything to undo. */
  looks?: number
  /** Nothing of it is left to undo. */
  takenBack?: true
}

export type Run<Name extends PropertyKey = string> = {
  state: AttemptState
  steps: StepRecord<Name>[]
  /** When to go on with undoing; absent while nothing is left to be undone later. */
  lookAgainAt?: number
}

export type Failure = { readonly step: string; readonly error: unknown }

/** Where a run is written down. A write that finds the run in other hands throws, and the machine stops at once. */
export type Journal = {
  /** Commits the run as it stands. */
  record(): Promise<void>
  /** Commits how it ended; steps may be left to undo. */
  conclude(failure: Failure | undefined): Promise<void>
  /** @throws CutOffError when the run may be in other hands by now: its lease has run out. */
  requireHold(): void
  /** A step has begun, or `ended`. Nobody waits for this. */
  noticed(ended?: StepRecord<PropertyKey>): void
  /** Something that an administrator may want to read. */
  note(text: string): void
}

export type MachineOptions = {
  readonly clock: () => number
  /** How long after a doubtful step its effect may still come about, in milliseconds. */
  readonly settleMs: number
}

/** A run that has not begun. */
export function newRun<Job, Results>(table: StepTable<Job, Results>): Run<keyof Results> {
  return { state: 'running', steps: table.map(({ name }) => ({ name, outcome: 'pending' })) }
}
