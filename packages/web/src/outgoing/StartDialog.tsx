import { Button, Group, Modal } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName } from '../shared/format.ts'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { useAddressFormat } from '../shared/use-address-format.ts'
import classes from './StartDialog.module.css'
import { StartSteps } from './StartSteps.tsx'
import type { Start } from './start.ts'
import { closeStart, tryAgain } from './starts.ts'
import { startWords } from './words.ts'

type StartDialogProps = { shown: Start | undefined; ready: Start | undefined }

/** The start that is under way, over whatever screen the worker is on; or word of one that they had put aside. */
export function StartDialog({ shown, ready }: StartDialogProps) {
  // While it fades out, what it showed stays.
  const [last, setLast] = useState(shown)
  if (shown && shown !== last) setLast(shown)
  return (
    <>
      <Modal
        opened={shown !== undefined}
        onClose={() => shown && closeStart(shown.key)}
        withCloseButton={false}
        closeOnClickOutside={false}
        title={last && <Title start={last} />}
        classNames={{ header: classes['header'] ?? '', title: classes['title'] ?? '', body: classes['body'] ?? '' }}
        transitionProps={{ duration: 120 }}
        size={420}
      >
        {last && <Progress start={last} />}
      </Modal>
      {ready && <Ready start={ready} />}
    </>
  )
}

function Title({ start }: { start: Start }) {
  const formatAddress = useAddressFormat()
  const { customer, request } = start
  return (
    <span className={classes['who']}>
      <PersonAvatar name={customer.displayName} {...(customer.avatar ? { avatar: customer.avatar } : {})} size={44} />
      <span className={classes['names']}>
        <span className={classes['name']} dir="auto">
          {customer.displayName}
        </span>
        <span className={classes['channel']}>
          <ChannelIcon channel={request.channel.type} size={15} />
          {channelName(request.channel.type)} · {formatAddress(request.channel.value)}
        </span>
      </span>
    </span>
  )
}

function Progress({ start }: { start: Start }) {
  const failed = start.phase === 'failed'
  return (
    <>
      <StartSteps start={start} />
      <p className={classes['now']} data-tone={start.phase} aria-hidden>
        {start.phase === 'running' ? 'You are taken to the conversation as soon as it is ready.' : startWords(start)}
      </p>
      <p className={classes['hidden']} role="status">
        {startWords(start)}
      </p>
      {start.problem && <ProblemNotice problem={start.problem} />}
      <Group justify="flex-end" gap="xs" mt="md">
        <Button
          variant="default"
          onClick={() => closeStart(start.key)}
          disabled={start.phase === 'succeeded'}
          data-autofocus={!failed || undefined}
        >
          {failed ? 'Close' : start.result ? 'Opening…' : 'Continue in the background'}
        </Button>
        {failed && start.problem?.retryable && (
          <Button leftSection={<IconRefresh size={16} aria-hidden />} onClick={() => tryAgain(start.key)}>
            Try again
          </Button>
        )}
      </Group>
    </>
  )
}

/** A start that was put aside is done: the worker decides when to go there. */
function Ready({ start }: { start: Start }) {
  const navigate = useNavigate()
  return (
    <div className={classes['ready']} role="status">
      <span className={classes['readyText']}>{startWords(start)}</span>
      <Button
        size="xs"
        onClick={() => {
          closeStart(start.key)
          if (!start.result) return
          void navigate({
            to: '/conversations/$sid',
            params: { sid: start.result.conversationSid },
            state: { started: start.result.reused ? 'reused' : 'new' },
          })
        }}
      >
        Open
      </Button>
      <Button size="xs" variant="subtle" color="gray" onClick={() => closeStart(start.key)}>
        Dismiss
      </Button>
    </div>
  )
}
