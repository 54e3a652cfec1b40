import type { MessageStatus } from '@firstline/app/api'
import { IconAlertCircle, IconCheck, IconChecks, IconClock } from '@tabler/icons-react'
import classes from './StatusIcon.module.css'

const looks: Record<MessageStatus, [icon: typeof IconCheck, words: string]> = {
  sending: [IconClock, 'Sending'],
  sent: [IconCheck, 'Sent'],
  delivered: [IconChecks, 'Delivered'],
  read: [IconChecks, 'Read'],
  failed: [IconAlertCircle, 'Not delivered'],
  undelivered: [IconAlertCircle, 'Not delivered'],
  received: [IconCheck, 'Received'],
}

/** How far a message of ours has come: a picture, with the word for screen readers, or for all with `withWords`. */
export function StatusIcon({ status, withWords = false }: { status: MessageStatus; withWords?: boolean }) {
  const [Icon, words] = looks[status]
  return (
    <span className={classes['status']} data-status={status} title={words}>
      <span className={withWords ? undefined : classes['hidden']}>{words}</span>
      <Icon size={15} stroke={2} aria-hidden />
    </span>
  )
}
