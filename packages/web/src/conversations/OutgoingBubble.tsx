import { Button, Group } from '@mantine/core'
import { IconAlertCircle, IconRefresh } from '@tabler/icons-react'
import { outcomeUnknown } from '../api/client.ts'
import { clockTime } from '../shared/format.ts'
import { discard, resend } from './outbox.ts'
import { StatusIcon } from './StatusIcon.tsx'
import classes from './Thread.module.css'
import { bodyOf, type Outgoing } from './timeline.ts'

/** A message that is on its way to the server, or did not get there. */
export function OutgoingBubble({ outgoing, startsGroup }: { outgoing: Outgoing; startsGroup: boolean }) {
  const { key, request, createdAt, state, problem } = outgoing
  return (
    <div className={classes['message']} data-own data-group={startsGroup || undefined}>
      <div className={classes['bubble']} data-pending data-failed={state === 'failed' || undefined}>
        <span className={classes['hidden']}>You:</span>
        <p className={classes['text']} dir="auto">
          {bodyOf(request)}
        </p>
        <span className={classes['meta']}>
          <time dateTime={createdAt}>{clockTime(createdAt)}</time>
          {state === 'waiting' && <StatusIcon status="sending" withWords />}
        </span>
      </div>
      {state === 'failed' && (
        <div className={classes['failure']} role="alert">
          <IconAlertCircle size={16} aria-hidden className={classes['failureIcon']} />
          <div>
            <strong>Not sent.</strong> {problem?.detail}
            {problem && outcomeUnknown(problem) && ' Retrying never sends it twice.'}
            <Group gap={6} mt={6}>
              <Button
                size="compact-xs"
                variant="default"
                leftSection={<IconRefresh size={14} aria-hidden />}
                onClick={() => resend(key)}
              >
                Retry
              </Button>
              <Button size="compact-xs" variant="subtle" color="gray" onClick={() => discard(key)}>
                Discard
              </Button>
            </Group>
          </div>
        </div>
      )}
    </div>
  )
}
