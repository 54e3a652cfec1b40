import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useEffect } from 'react'
import { useMe } from '../api/session.ts'
import { conversationQuery } from '../conversations/queries.ts'
import { isAwaited, isFinal, type Start } from './start.ts'
import { closeStart, pickUpStarts, useStarts } from './starts.ts'

/** So long the steps are seen at least, however fast they were: a dialog that only flashes tells nothing. */
const seenMs = 350

/**
 * Picks up what was left unfinished, takes the worker to the conversation when a start is done, and says which start
 * is to be shown.
 */
export function useStartDialog(): { shown: Start | undefined; ready: Start | undefined } {
  const { identity } = useMe()
  const navigate = useNavigate()
  const queries = useQueryClient()
  const starts = useStarts()
  useEffect(() => pickUpStarts(identity), [identity])

  const done = starts.find((start) => start.result && !start.hidden && isAwaited(start))
  useEffect(() => {
    if (!done?.result) return
    const { conversationSid, reused } = done.result
    void queries.invalidateQueries({ queryKey: ['conversations'] })
    void queries.prefetchQuery(conversationQuery(conversationSid))
    const go = () => {
      closeStart(done.key)
      void navigate({
        to: '/conversations/$sid',
        params: { sid: conversationSid },
        state: { started: reused ? 'reused' : 'new' },
      })
    }
    const timer = setTimeout(go, Math.max(0, Date.parse(done.createdAt) + seenMs - Date.now()))
    return () => clearTimeout(timer)
  }, [done, navigate, queries])

  return {
    shown: starts.findLast((start) => !start.hidden && (!start.result || isAwaited(start))),
    ready: starts.find((start) => start.result && (start.hidden || !isAwaited(start)) && isFinal(start)),
  }
}
