import { useEffect, useRef, useState } from 'react'
import type { Entry } from './timeline.ts'

/**
 * What has come in since the worker looked: how many are below the fold, and a sentence for screen readers. A message
 * of one's own leads back to the end.
 */
export function useNewMessages(
  entries: Entry[],
  loaded: boolean,
  atEnd: boolean,
  toEnd: () => void,
): { unseen: number; announcement: string } {
  const known = useRef<Set<string>>(undefined)
  const [unseen, setUnseen] = useState(0)
  const [announcement, setAnnouncement] = useState('')
  useEffect(() => {
    if (!loaded) return
    const first = known.current === undefined
    const seen = known.current ?? new Set()
    const lastKnown = entries.findLastIndex((entry) => seen.has(entry.id))
    // Only what stands below the last known one is new; what was loaded above is old.
    const fresh = first ? [] : entries.slice(lastKnown + 1)
    for (const entry of entries) seen.add(entry.id)
    known.current = seen
    if (fresh.some((entry) => entry.outgoing)) toEnd()
    const inbound = fresh.flatMap(({ message }) => (message?.direction === 'inbound' ? [message] : []))
    const last = inbound.at(-1)
    if (!last) return
    if (!atEnd) setUnseen((count) => count + inbound.length)
    setAnnouncement(`${last.author.displayName.slice(0, 80)}: ${last.body}`)
  }, [entries, loaded, atEnd, toEnd])
  useEffect(() => {
    if (atEnd) setUnseen(0)
  }, [atEnd])
  return { unseen, announcement }
}
