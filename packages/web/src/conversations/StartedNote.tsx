import type { Conversation } from '@firstline/app/api'
import { CloseButton } from '@mantine/core'
import { IconInfoCircle } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './ConversationPage.module.css'
import { useArrival } from './use-arrival.ts'

/** Says so when a start led to a conversation that was there already. */
export function StartedNote({ conversation }: { conversation: Conversation }) {
  const arrival = useArrival()
  const [shown, setShown] = useState(true)
  if (arrival !== 'reused' || !shown) return null
  return (
    <div className={classes['note']} role="status">
      <IconInfoCircle size={18} aria-hidden style={{ flex: 'none' }} />
      <span className={classes['noteText']}>
        You already had a conversation with <bdi>{conversation.displayName.slice(0, 80)}</bdi> on this channel, so here
        it is.
      </span>
      <CloseButton size="sm" aria-label="Dismiss" onClick={() => setShown(false)} />
    </div>
  )
}
