import type { CallbackHealth } from '@firstline/app/api'
import { useThrottledCallback } from '@mantine/hooks'
import { keepPreviousData, useQuery, useQueryClient } from '@tanstack/react-query'
import { get } from '../../api/client.ts'
import { useAppEvent } from '../../api/events.ts'
import type { Span } from '../filters/callback-filter.ts'

/** How the callbacks do. A column is minutes wide: looking every few seconds is enough. */
export function useCallbackHealth(span: Span) {
  const client = useQueryClient()
  const queryKey = ['console', 'health', span]
  const soon = useThrottledCallback(() => void client.invalidateQueries({ queryKey }), 5_000)
  useAppEvent('callback', () => soon())
  return useQuery({
    queryKey,
    queryFn: () => get<CallbackHealth>(`/api/console/callbacks/health?span=${span}`),
    placeholderData: keepPreviousData,
    refetchInterval: 60_000,
  })
}
