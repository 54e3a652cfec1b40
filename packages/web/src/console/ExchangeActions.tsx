import type { CallbackExchange } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { IconActivity, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { LinkButton } from '../shared/links.tsx'
import classes from './AttemptPage.module.css'
import { askedAgain } from './asked-again.ts'
import { TryCallback } from './TryCallback.tsx'

/** What can be done with a callback of the past: look at its start, and ask the same again. */
export function ExchangeActions({ exchange, linksToStart }: { exchange: CallbackExchange; linksToStart: boolean }) {
  const [trying, setTrying] = useState(false)
  const { attemptId } = exchange
  const repeat = askedAgain(exchange)
  return (
    <div className={classes['actions']}>
      {linksToStart && attemptId && (
        <LinkButton
          to="/console/activity/$attemptId"
          params={{ attemptId }}
          variant="default"
          size="xs"
          leftSection={<IconActivity size={15} aria-hidden />}
        >
          See the start it belongs to
        </LinkButton>
      )}
      {repeat && (
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          onClick={() => setTrying(true)}
        >
          Try the same again
        </Button>
      )}
      {trying && repeat && <TryCallback {...repeat} onClose={() => setTrying(false)} />}
    </div>
  )
}
