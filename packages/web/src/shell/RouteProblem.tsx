import type { ErrorComponentProps } from '@tanstack/react-router'
import { useRouter } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'

/** What stands in a screen's place when it cannot be shown at all. */
export function RouteProblem({ error, reset }: ErrorComponentProps) {
  const router = useRouter()
  const problem = asProblem(error)
  return (
    <div style={{ maxWidth: 560, margin: '0 auto', padding: 24 }}>
      <ProblemNotice
        problem={{ ...problem, retryable: true }}
        onRetry={() => {
          reset()
          void router.invalidate()
        }}
      />
    </div>
  )
}
