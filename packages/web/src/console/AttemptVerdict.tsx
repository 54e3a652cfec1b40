import type { AttemptDetails } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react'
import { useState } from 'react'
import { useMe } from '../api/session.ts'
import { LinkButton } from '../shared/links.tsx'
import { askedAgain } from './asked-again.ts'
import { adviceFor } from './attempt-advice.ts'
import classes from './exchange.module.css'
import { TryCallback } from './TryCallback.tsx'

/** Why a start failed, what to do about it, and what its worker was told. */
export function AttemptVerdict({ details }: { details: AttemptDetails }) {
  const [trying, setTrying] = useState(false)
  const isOwn = useMe().identity === details.attempt.worker
  const advice = adviceFor(details)
  if (!advice || !details.problem) return null
  const repeat = advice.exchange && askedAgain(advice.exchange)
  const { holder, detail } = details.problem
  return (
    <div className={classes['verdict']} data-tone="bad">
      <IconAlertTriangle size={22} aria-hidden />
      <div>
        <strong>
          {advice.code ? `${advice.code} · ` : ''}
          {advice.title}
        </strong>
        <dl className={classes['why']}>
          <dt>Why</dt>
          <dd>
            {advice.why.length === 0
              ? 'Firstline does not know more than what stands below.'
              : advice.why.map((line) => <div key={line}>{line}</div>)}
            {holder && (
              <div>
                The conversation is held by <bdi>{holder.displayName}</bdi> ({holder.identity}).
              </div>
            )}
          </dd>
          <dt>What to do</dt>
          <dd>{advice.todo}</dd>
          <dt>{isOwn ? 'You were told' : 'The worker was told'}</dt>
          <dd>“{detail}”</dd>
        </dl>
        {repeat && (
          <div className={classes['verdictActions']}>
            <Button
              variant="default"
              size="xs"
              leftSection={<IconPlayerPlay size={15} aria-hidden />}
              onClick={() => setTrying(true)}
            >
              Try the same callback now
            </Button>
            <LinkButton to="/console/settings" variant="subtle" size="xs">
              To the settings
            </LinkButton>
          </div>
        )}
        {trying && repeat && <TryCallback {...repeat} onClose={() => setTrying(false)} />}
      </div>
    </div>
  )
}
