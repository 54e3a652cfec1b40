import { QueryClient } from '@tanstack/react-query'
import { ProblemError } from './client.ts'

/** The events keep what is on the screen fresh; a query only goes stale as a second net. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 30_000,
      gcTime: 10 * 60_000,
      retry: (failures, error) =>
        failures < 1 && error instanceof ProblemError && error.problem.retryable && error.problem.code === 0,
      retryDelay: 800,
    },
    mutations: { retry: false },
  },
})
