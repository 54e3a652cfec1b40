import { inPart } from '../http/trace.ts'
import type { Step, StepTable } from './run.ts'
import type { Results, Start } from './steps.ts'

/** The same steps, while each of which it is known for whom the engine is asked, and why. */
export function knownAsParts(table: StepTable<Start, Results>): StepTable<Start, Results> {
  return table.map(<Name extends keyof Results>(step: Step<Start, Results, Name>) => {
    const { name, run, undo } = step
    const known: typeof step = {
      ...step,
      run: (start, ...given) => inPart({ attemptId: start.attemptId, step: name }, () => run(start, ...given)),
    }
    if (undo)
      known.undo = (start, results) => inPart({ attemptId: start.attemptId, step: name }, () => undo(start, results))
    return known
  }) as StepTable<Start, Results>
}
