import type { Worker, WorkerChange } from '@firstline/app/api'
import { Button, Group, Modal, Text } from '@mantine/core'
import { asProblem } from '../api/client.ts'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { useChangeWorker, useInviteAgain } from './console-data.ts'
import { InvitationLink } from './InvitationLink.tsx'
import { shortName } from './short-name.ts'

export type WorkerAction = 'role' | 'invite' | 'deactivate' | 'reactivate'
type Asking = { title: string; says: string; button: string; color?: string; change?: WorkerChange }

function askingFor(worker: Worker, action: WorkerAction): Asking {
  const name = shortName(worker.displayName)
  if (action === 'deactivate') {
    return {
      title: `Deactivate ${name}?`,
      says: `This ends ${name}’s sessions at once, on every device, and they cannot sign in any more. Their conversations stay. You can reactivate them later.`,
      button: 'Deactivate',
      color: 'red',
      change: { active: false },
    }
  }
  if (action === 'reactivate') {
    return {
      title: `Reactivate ${name}?`,
      says: `${name} can sign in again with the password they had, and sees their conversations as before.`,
      button: 'Reactivate',
      change: { active: true },
    }
  }
  if (action === 'invite') {
    const active = worker.state === 'active'
    return {
      title: active ? `A new password for ${name}` : `Invite ${name} again`,
      says: active
        ? `You get a link with which ${name} sets a new password. The old one works until then.`
        : `You get a new link for ${name}. The link that they have now stops working.`,
      button: 'Make the link',
    }
  }
  return worker.role === 'administrator'
    ? {
        title: `Make ${name} a worker?`,
        says: `${name} no longer sees the console. Their conversations stay as they are.`,
        button: 'Make a worker',
        change: { role: 'worker' },
      }
    : {
        title: `Make ${name} an administrator?`,
        says: `${name} can then change callback URLs, see every start of a conversation and its callbacks, and add and deactivate workers.`,
        button: 'Make an administrator',
        change: { role: 'administrator' },
      }
}

/** Says what is about to happen, does it, and shows what came of it. */
export function WorkerDialog({
  worker,
  action,
  onClose,
}: {
  worker: Worker
  action: WorkerAction
  onClose: () => void
}) {
  const changing = useChangeWorker()
  const inviting = useInviteAgain()
  const { title, says, button, color, change } = askingFor(worker, action)
  const error = changing.error ?? inviting.error
  function go() {
    if (change) changing.mutate({ id: worker.id, change }, { onSuccess: onClose })
    else inviting.mutate(worker.id)
  }
  return (
    <Modal opened onClose={onClose} title={title} closeButtonProps={{ 'aria-label': 'Close' }}>
      {inviting.data ? (
        <InvitationLink url={inviting.data.invitationUrl} name={shortName(worker.displayName)} onClose={onClose} />
      ) : (
        <>
          <Text size="sm">{says}</Text>
          {error && (
            <div style={{ marginTop: 16 }}>
              <ProblemNotice problem={asProblem(error)} onRetry={go} />
            </div>
          )}
          <Group justify="flex-end" mt="lg" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button
              {...(color ? { color } : {})}
              loading={changing.isPending || inviting.isPending}
              onClick={go}
              data-autofocus
            >
              {button}
            </Button>
          </Group>
        </>
      )}
    </Modal>
  )
}
