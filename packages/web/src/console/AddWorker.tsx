import type { NewWorker, Role } from '@firstline/app/api'
import { Button, Group, Modal, SegmentedControl, Stack, Text, TextInput } from '@mantine/core'
import { type FormEvent, useRef, useState } from 'react'
import { asProblem } from '../api/client.ts'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { useAddWorker } from './console-data.ts'
import { InvitationLink } from './InvitationLink.tsx'
import { type NewWorkerProblems, newWorkerProblems } from './new-worker.ts'
import { shortName } from './short-name.ts'
import { roleMeaning, roleWords } from './worker-words.ts'

export function AddWorker({ onClose }: { onClose: () => void }) {
  const add = useAddWorker()
  const form = useRef<HTMLFormElement>(null)
  const [worker, setWorker] = useState({ displayName: '', email: '', identity: '', role: 'worker' as Role })
  const [problems, setProblems] = useState<NewWorkerProblems>({})

  function type(part: Partial<typeof worker>) {
    setWorker({ ...worker, ...part })
    setProblems({})
  }
  function submit(event?: FormEvent) {
    event?.preventDefault()
    const found = newWorkerProblems(worker)
    setProblems(found)
    const [first] = Object.keys(found)
    if (first) return form.current?.querySelector<HTMLInputElement>(`[name=${first}]`)?.focus()
    const identity = worker.identity.trim()
    const asked: NewWorker = {
      displayName: worker.displayName.trim(),
      email: worker.email.trim(),
      role: worker.role,
      ...(identity ? { identity } : {}),
    }
    add.mutate(asked)
  }
  return (
    <Modal
      opened
      onClose={onClose}
      title={add.data ? `${shortName(add.data.worker.displayName)} is added` : 'Add a worker'}
      closeButtonProps={{ 'aria-label': 'Close' }}
      size={480}
    >
      {add.data ? (
        <InvitationLink url={add.data.invitationUrl} name={shortName(add.data.worker.displayName)} onClose={onClose} />
      ) : (
        <form ref={form} onSubmit={submit} noValidate>
          <Stack gap="md">
            <TextInput
              name="displayName"
              label="Name"
              description="As colleagues and customers see it."
              value={worker.displayName}
              error={problems.displayName}
              onChange={(event) => type({ displayName: event.currentTarget.value })}
              autoComplete="off"
              required
              data-autofocus
            />
            <TextInput
              name="email"
              type="email"
              label="E-mail address"
              description="They sign in with it."
              value={worker.email}
              error={problems.email}
              onChange={(event) => type({ email: event.currentTarget.value })}
              autoComplete="off"
              required
            />
            <TextInput
              name="identity"
              label="Identity (optional)"
              description="What your integration service receives as Worker. Cannot be changed later. Default: the e-mail address."
              value={worker.identity}
              placeholder={worker.email.trim()}
              error={problems.identity}
              onChange={(event) => type({ identity: event.currentTarget.value })}
              autoComplete="off"
              spellCheck={false}
            />
            <div>
              <Text size="sm" fw={500} mb={4} id="role-label">
                Role
              </Text>
              <SegmentedControl
                fullWidth
                aria-labelledby="role-label"
                value={worker.role}
                onChange={(role) => type({ role: role === 'administrator' ? 'administrator' : 'worker' })}
                data={Object.entries(roleWords).map(([value, label]) => ({ value, label }))}
              />
              <Text size="sm" c="dimmed" mt={6}>
                {roleMeaning[worker.role]}
              </Text>
            </div>
            {add.error && <ProblemNotice problem={asProblem(add.error)} onRetry={submit} />}
          </Stack>
          <Group justify="flex-end" mt="lg" gap="xs">
            <Button variant="default" onClick={onClose}>
              Cancel
            </Button>
            <Button type="submit" loading={add.isPending}>
              Add and get the link
            </Button>
          </Group>
        </form>
      )}
    </Modal>
  )
}
