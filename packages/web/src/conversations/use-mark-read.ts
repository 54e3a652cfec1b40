import type { Conversation } from '@firstline/app/api'
import { useEffect, useState } from 'react'
import { send } from '../api/client.ts'
import { changeDetails } from './use-conversations.ts'

/** Tells the server that the worker has seen everything, while they really see it: in front, and at the end. */
export function useMarkRead({ sid, unreadCount }: Conversation, atEnd: boolean): void {
  const visible = useVisible()
  useEffect(() => {
    if (!visible || !atEnd || unreadCount === 0) return
    changeDetails(sid, (details) => ({ ...details, conversation: { ...details.conversation, unreadCount: 0 } }))
    // If it is lost, the next message or visit says it again.
    send('POST', `/api/conversations/${sid}/read`, {}).catch(() => undefined)
  }, [sid, unreadCount, visible, atEnd])
}

function useVisible(): boolean {
  const [visible, setVisible] = useState(() => document.visibilityState === 'visible')
  useEffect(() => {
    const changed = () => setVisible(document.visibilityState === 'visible')
    document.addEventListener('visibilitychange', changed)
    return () => document.removeEventListener('visibilitychange', changed)
  }, [])
  return visible
}
