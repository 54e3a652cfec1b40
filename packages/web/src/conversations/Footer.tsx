import type { ConversationDetails } from '@firstline/app/api'
import { ClosedNote } from './ClosedNote.tsx'
import { Composer } from './Composer.tsx'
import { WindowShut } from './WindowShut.tsx'

/** Where the worker writes, or why they cannot. */
export function Footer({ details: { conversation, window } }: { details: ConversationDetails }) {
  if (conversation.state === 'closed') return <ClosedNote conversation={conversation} />
  if (!window.freeText) return <WindowShut sid={conversation.sid} reason={window.reason} />
  return <Composer conversation={conversation} />
}
