import { useState } from 'react'
import { useMe } from '../api/session.ts'
import { keep, kept } from '../shared/stored.ts'

/** What the worker has begun to write in a conversation: there again after a reload. */
export function useDraft(sid: string): [draft: string, setDraft: (draft: string) => void] {
  const { identity } = useMe()
  const [draft, setDraft] = useState(() => kept<string>(identity, `draft:${sid}`) ?? '')
  return [
    draft,
    (next) => {
      setDraft(next)
      keep(identity, `draft:${sid}`, next === '' ? undefined : next)
    },
  ]
}
