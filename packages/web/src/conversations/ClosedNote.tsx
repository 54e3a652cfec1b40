import type { Conversation } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { IconMessagePlus } from '@tabler/icons-react'
import { beginStart } from '../outgoing/starts.ts'
import classes from './Composer.module.css'

export function ClosedNote({ conversation }: { conversation: Conversation }) {
  const { customerId, displayName, avatar, channel, contactAddress } = conversation
  return (
    <div className={classes['closed']}>
      <p>This conversation is closed. Nobody can write in it any more.</p>
      {customerId !== undefined && (
        <Button
          size="sm"
          variant="light"
          leftSection={<IconMessagePlus size={17} aria-hidden />}
          onClick={() =>
            beginStart(
              { customerId, channel: { type: channel, value: contactAddress } },
              { customerId, displayName, ...(avatar ? { avatar } : {}) },
            )
          }
        >
          Start a new conversation
        </Button>
      )}
    </div>
  )
}
