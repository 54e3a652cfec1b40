import type { Attempt, AttemptDetails, AttemptFilter, AttemptPage } from '@firstline/app/api'
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { useAppEvent } from '../api/events.ts'
import { withAttempt } from './attempt-list.ts'
import { queryOf } from './filters/attempt-filter.ts'

/** The attempts of a filter, newest first; what happens while one looks is put in as it happens. */
export function useAttempts(filter: AttemptFilter) {
  const client = useQueryClient()
  const queryKey = ['console', 'attempts', filter]
  useAppEvent('attempt', (attempt: Attempt) => {
    client.setQueryData<InfiniteData<AttemptPage>>(
      queryKey,
      (before) => before && { ...before, pages: withAttempt(before.pages, attempt, filter) },
    )
  })
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => get<AttemptPage>(`/api/console/attempts${queryOf(filter, pageParam)}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // What another filter leaves in the cache did not hear the events.
    refetchOnMount: 'always',
    placeholderData: keepPreviousData,
  })
}

/** One attempt with its exchanges, kept up to date while it runs. */
export function useAttempt(attemptId: string) {
  const client = useQueryClient()
  const queryKey = ['console', 'attempt', attemptId]
  useAppEvent('attempt', (attempt: Attempt) => {
    if (attempt.attemptId !== attemptId) return
    client.setQueryData<AttemptDetails>(queryKey, (before) => before && { ...before, attempt })
    // The exchanges, the calls, the notes and the problem are not in the event.
    void client.invalidateQueries({ queryKey })
  })
  return useQuery({
    queryKey,
    queryFn: () => get<AttemptDetails>(`/api/console/attempts/${encodeURIComponent(attemptId)}`),
  })
}
