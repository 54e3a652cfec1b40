import { Button, Text } from '@mantine/core'
import { IconActivity } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import classes from './ActivityPage.module.css'
import { AttemptRow } from './AttemptRow.tsx'
import { attemptsOf } from './attempt-list.ts'
import { useAttempts } from './console-data.ts'
import { useNow } from './use-now.ts'
import { stepLabels } from './waterfall.ts'

/** Every start of a conversation, newest first, as it happens. */
export function ActivityPage() {
  const pages = useAttempts()
  const attempts = pages.data ? attemptsOf(pages.data.pages) : []
  const now = useNow(attempts.some((attempt) => attempt.state === 'running' || attempt.state === 'undoing'))
  return (
    <>
      <PageHeader title="Activity" subtitle="Every start of a conversation, newest first, as it happens" />
      {pages.isPending ? (
        <Loading what="activity" />
      ) : attempts.length > 0 ? (
        <div className={classes['activity']}>
          <Legend />
          <div className={classes['columns']} aria-hidden>
            <span>When</span>
            <span>Who and whom</span>
            <span>Channel</span>
            <span>Result</span>
            <span>Steps</span>
            <span>Time</span>
          </div>
          <ol className={classes['list']} aria-label="Attempts">
            {attempts.map((attempt) => (
              <AttemptRow key={attempt.attemptId} attempt={attempt} now={now} />
            ))}
          </ol>
        </div>
      ) : (
        !pages.error && <NothingYet />
      )}
      {pages.error && (
        <div className={classes['foot']}>
          <ProblemNotice
            problem={asProblem(pages.error)}
            onRetry={() => void (pages.data ? pages.fetchNextPage() : pages.refetch())}
          />
        </div>
      )}
      {attempts.length > 0 && !pages.error && (
        <div className={classes['foot']}>
          {pages.hasNextPage ? (
            <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              Show earlier ones
            </Button>
          ) : (
            <Text size="sm" c="dimmed">
              That is everything.
            </Text>
          )}
        </div>
      )}
    </>
  )
}

function Legend() {
  return (
    <p className={classes['legend']}>
      Each line of a drawing is a step, from above: {Object.values(stepLabels).join(', ').toLowerCase()}. What lies side
      by side in time ran together.
    </p>
  )
}

function NothingYet() {
  return (
    <EmptyState icon={<IconActivity />} title="No conversation has been started yet">
      As soon as a worker starts one, it appears here: who wrote to whom, how long each step took, and, if something
      went wrong, what and why.
      <br />
      <Button component={Link} to="/customers" variant="default">
        Start one from My customers
      </Button>
    </EmptyState>
  )
}
