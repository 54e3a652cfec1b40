import { Button, Group, Text, TextInput } from '@mantine/core'
import { IconCircleCheck } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { CopyButton } from './CopyButton.tsx'
import classes from './WorkersPage.module.css'

/** The link with which a worker sets a password. It is shown this once: Firstline keeps only its hash. */
export function InvitationLink({ url, name, onClose }: { url: string; name: string; onClose: () => void }) {
  const field = useRef<HTMLInputElement>(null)
  useEffect(() => {
    field.current?.focus()
    field.current?.select()
  }, [])
  return (
    <div>
      <Text size="sm" role="status" className={classes['made']}>
        <IconCircleCheck size={20} aria-hidden />
        <span>Send this link to {name}. It opens a page on which they set their password.</span>
      </Text>
      <div className={classes['link']}>
        <TextInput
          ref={field}
          label="Invitation link"
          value={url}
          readOnly
          onFocus={(event) => event.currentTarget.select()}
        />
        <CopyButton text={url} what="the invitation link" />
      </div>
      <Text size="sm" c="dimmed" mt="sm">
        Valid for 7 days and for one use. Copy it now: it is not shown again. Whoever has it can sign in as {name}, so
        send it in a way that only they can read.
      </Text>
      <Group justify="flex-end" mt="lg">
        <Button onClick={onClose}>Done</Button>
      </Group>
    </div>
  )
}
