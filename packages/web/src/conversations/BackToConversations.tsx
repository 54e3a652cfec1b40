import { IconArrowLeft } from '@tabler/icons-react'
import { LinkIcon } from '../shared/links.tsx'
import classes from './ConversationPage.module.css'

/** Only where the list is not beside the conversation. */
export function BackToConversations() {
  return (
    <LinkIcon to="/conversations" className={classes['back']} aria-label="Back to conversations">
      <IconArrowLeft size={20} aria-hidden />
    </LinkIcon>
  )
}
