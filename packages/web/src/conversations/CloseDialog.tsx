import type { Conversation } from '@firstline/app/api'
import { Button, Group, Modal, Text } from '@mantine/core'
import { useMutation } from '@tanstack/react-query'
import { asProblem, send } from '../api/client.ts'
import { queryClient } from '../api/query-client.ts'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { changeDetails } from './use-conversations.ts'

type CloseDialogProps = { conversation: Conversation; opened: boolean; onClose: () => void }

/** Closing cannot be taken back, so it is asked. */
export function CloseDialog({ conversation, opened, onClose }: CloseDialogProps) {
  const { sid, displayName } = conversation
  const closing = useMutation({
    mutationFn: () => send('POST', `/api/conversations/${sid}/close`, {}),
    onSuccess: () => {
      changeDetails(sid, (details) => ({ ...details, conversation: { ...details.conversation, state: 'closed' } }))
      void queryClient.invalidateQueries({ queryKey: ['conversations'] })
      onClose()
    },
  })
  return (
    <Modal opened={opened} onClose={onClose} title="Close this conversation?" size={420}>
      <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
        Nobody can write in it any more, and it moves to the closed ones. To write to{' '}
        <bdi>{displayName.slice(0, 80)}</bdi> again, start a new conversation. This cannot be undone.
      </Text>
      {closing.error && (
        <div style={{ marginTop: 16 }}>
          <ProblemNotice problem={asProblem(closing.error)} />
        </div>
      )}
      <Group justify="flex-end" gap="xs" mt="lg">
        <Button variant="default" onClick={onClose} data-autofocus>
          Keep it open
        </Button>
        <Button loading={closing.isPending} onClick={() => closing.mutate()}>
          Close conversation
        </Button>
      </Group>
    </Modal>
  )
}
