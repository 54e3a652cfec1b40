import { asProblem } from '../api/client.ts'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'

/** Why the form was not taken. Submitting again is the way to retry, so there is no button of its own. */
export function FormProblem({ error }: { error: Error | null }) {
  return error && <ProblemNotice problem={asProblem(error)} />
}
