import type { CallbackPage, CallbackTrouble } from '@firstline/app/api'
import { useThrottledCallback } from '@mantine/hooks'
import { type InfiniteData, keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query'
import { get } from '../api/client.ts'
import { useAppEvent } from '../api/events.ts'
import { withNewest } from './callback-list.ts'
import { queryOf } from './filters/attempt-filter.ts'
import type { CallbackFilter } from './filters/callback-filter.ts'

/** The callbacks of a filter, newest first. The events only say that there is a new one. */
export function useCallbacks(filter: CallbackFilter) {
  const client = useQueryClient()
  const queryKey = ['console', 'callbacks', filter]
  const read = (cursor: string) => get<CallbackPage>(`/api/console/callbacks${queryOf(filter, cursor)}`)
  async function refresh() {
    // All pages hold megabytes in a busy house; what is new is on the first one.
    const newest = await read('').catch(() => undefined)
    const before = client.getQueryData<InfiniteData<CallbackPage>>(queryKey)
    if (!newest || !before) return
    const pages = withNewest(before.pages, newest)
    if (pages) client.setQueryData(queryKey, { ...before, pages })
    else await client.invalidateQueries({ queryKey })
  }
  // A busy house makes many a second; looking once a second is enough.
  const soon = useThrottledCallback(() => void refresh(), 1_000)
  useAppEvent('callback', () => soon())
  return useInfiniteQuery({
    queryKey,
    queryFn: ({ pageParam }) => read(pageParam),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    refetchOnMount: 'always',
    placeholderData: keepPreviousData,
  })
}

/** Callbacks that fail again and again. */
export function useTrouble() {
  const client = useQueryClient()
  const queryKey = ['console', 'trouble']
  const soon = useThrottledCallback(() => void client.invalidateQueries({ queryKey }), 3_000)
  useAppEvent('callback', () => soon())
  return useQuery({ queryKey, queryFn: () => get<CallbackTrouble>('/api/console/callbacks/trouble') })
}
