import type { Message } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { IconAlertCircle, IconRefresh, IconTemplate } from '@tabler/icons-react'
import { useState } from 'react'
import { clockTime, fullTime } from '../shared/format.ts'
import { ProblemCode } from '../shared/ProblemCode.tsx'
import { sendMessage } from './outbox.ts'
import { StatusIcon } from './StatusIcon.tsx'
import { TemplateDialog } from './TemplateDialog.tsx'
import classes from './Thread.module.css'

type MessageBubbleProps = {
  message: Message
  startsGroup: boolean
  sid: string
  /** The status in words too: on the last one of ours. */
  isLastOwn: boolean
}

/** A message that the server knows. */
export function MessageBubble({ message, startsGroup, sid, isLastOwn }: MessageBubbleProps) {
  const { direction, body, createdAt, status, fromTemplate, failure, author } = message
  const own = direction === 'outbound'
  return (
    <div className={classes['message']} data-own={own || undefined} data-group={startsGroup || undefined}>
      <div className={classes['bubble']} data-failed={failure ? true : undefined}>
        <span className={classes['hidden']}>{own ? 'You' : author.displayName.slice(0, 80)}:</span>
        <p className={classes['text']} dir="auto">
          {body}
        </p>
        <span className={classes['meta']}>
          {fromTemplate && (
            <span className={classes['template']} title="From a template">
              <IconTemplate size={13} aria-hidden />
              <span className={classes['hidden']}>From a template, </span>
            </span>
          )}
          <time dateTime={createdAt} title={fullTime(createdAt)}>
            {clockTime(createdAt)}
          </time>
          {own && <StatusIcon status={status} withWords={isLastOwn && !failure} />}
        </span>
      </div>
      {failure && <Failure message={message} failure={failure} sid={sid} />}
    </div>
  )
}

type FailureProps = { message: Message; failure: NonNullable<Message['failure']>; sid: string }
function Failure({ message, failure, sid }: FailureProps) {
  const [choosing, setChoosing] = useState(false)
  const [again, setAgain] = useState(false)
  return (
    <div className={classes['failure']}>
      <IconAlertCircle size={16} aria-hidden className={classes['failureIcon']} />
      <div>
        <strong>Not delivered: {failure.title}.</strong> {failure.detail} <ProblemCode code={failure.code} />
        {failure.retryable && !again && (
          <div>
            <Button
              size="compact-xs"
              variant="default"
              mt={6}
              leftSection={<IconRefresh size={14} aria-hidden />}
              // A template is sent by its own id, which a message does not carry: it is chosen again.
              onClick={() => {
                if (message.fromTemplate) return setChoosing(true)
                setAgain(true)
                sendMessage(sid, { body: message.body })
              }}
            >
              Retry
            </Button>
          </div>
        )}
      </div>
      <TemplateDialog sid={sid} opened={choosing} onClose={() => setChoosing(false)} />
    </div>
  )
}
