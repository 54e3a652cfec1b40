/** Where a start is broken off: generated from the table of its steps, so that a new step brings its points along. */
import { type Results, steps } from '../../../packages/app/src/outgoing/steps.ts'

export type StepName = keyof Results

/**
 * `before`: it has been asked for, and has not come to whom it was asked of. `inside`: it has taken effect, and the
 * answer is still out. `after`: the answer is stored. `late`: broken off before, and it takes effect when the next
 * process has begun to clear up.
 */
export type Moment = 'before' | 'inside' | 'after' | 'late'

export type Point = {
  readonly step: StepName
  readonly doing: 'run' | 'undo'
  readonly moment: Moment
  /** What makes it come to an undoing. */
  readonly because?: Cause | undefined
}

/** Each makes a start need the undoing of a step. */
export type Cause = 'the callback fails' | 'the worker is refused' | 'reading fails' | 'the customer is elsewhere'

/** Of each step with an undo what makes it be undone. One that is not here stops the sweep before it begins. */
const causes: Partial<Record<StepName, readonly Cause[]>> = {
  createConversation: ['the callback fails', 'the customer is elsewhere'],
  addCustomer: ['the worker is refused'],
  addWorker: ['reading fails'],
}

/** Whether it is asked of the engine: what comes late there comes about all the same. */
const asksEngine: Record<StepName, boolean> = {
  checkCustomer: false,
  createConversation: true,
  getProxyAddress: false,
  addCustomer: true,
  addWorker: true,
}

export function allPoints(): Point[] {
  return steps.flatMap(({ name, undo }): Point[] => {
    const moments: Moment[] = ['before', 'inside', 'after', ...(asksEngine[name] ? (['late'] as const) : [])]
    const runs = moments.map((moment) => ({ step: name, doing: 'run', moment }) as const)
    if (!undo) return runs
    const because = causes[name]
    if (!because) throw new Error(`${name} has an undo: say in points.ts what makes it be undone`)
    const undos = because.flatMap((cause) =>
      (['before', 'inside', 'after'] as const).map(
        (moment) => ({ step: name, doing: 'undo', moment, because: cause }) as const,
      ),
    )
    return [...runs, ...undos]
  })
}

/** Where the engine can be killed while the app lives on. */
export function enginePoints(): Point[] {
  const isMoment = ({ moment }: Point) => moment !== 'late'
  const isAsked = ({ step, doing }: Point) => asksEngine[step] && !(doing === 'undo' && step === 'addCustomer')
  return allPoints().filter((point) => isMoment(point) && isAsked(point))
}

export function nameOf({ step, doing, moment, because }: Point): string {
  return doing === 'run' ? `${moment} ${step}` : `${moment} the undoing of ${step}: ${because}`
}
