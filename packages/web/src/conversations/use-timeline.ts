import type { Problem } from '@firstline/app/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useMemo } from 'react'
import { asProblem } from '../api/client.ts'
import { useOutbox } from './outbox.ts'
import { liveMessagesQuery, messagesQuery } from './queries.ts'
import { type Entry, timeline } from './timeline.ts'

export type Timeline = {
  entries: Entry[]
  loaded: boolean
  problem?: Problem
  retry: () => void
  hasEarlier: boolean
  loadingEarlier: boolean
  loadEarlier: () => void
}

/** Everything that is shown in a conversation: loaded, live and on its way out, in one order. */
export function useTimeline(sid: string): Timeline {
  const query = useInfiniteQuery(messagesQuery(sid))
  const { data: live = [] } = useQuery(liveMessagesQuery(sid))
  const outbox = useOutbox(sid)
  const stored = useMemo(() => query.data?.pages.toReversed().flatMap((page) => page.messages) ?? [], [query.data])
  return {
    entries: timeline(stored, live, outbox),
    loaded: query.data !== undefined,
    ...(query.error ? { problem: asProblem(query.error) } : {}),
    retry: () => void (query.data ? query.fetchNextPage() : query.refetch()),
    hasEarlier: query.hasNextPage,
    loadingEarlier: query.isFetchingNextPage,
    loadEarlier: () => void query.fetchNextPage(),
  }
}
