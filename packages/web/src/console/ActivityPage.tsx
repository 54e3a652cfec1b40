import type { Attempt, AttemptFilter } from '@firstline/app/api'
import { Button, VisuallyHidden } from '@mantine/core'
import { IconActivity, IconFilterOff } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect } from 'react'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { LinkButton } from '../shared/links.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import classes from './ActivityPage.module.css'
import { AttemptRow } from './AttemptRow.tsx'
import { useAttempts } from './attempt-data.ts'
import { attemptsOf } from './attempt-list.ts'
import { useKeptFor } from './console-data.ts'
import { ActivityFilters } from './filters/ActivityFilters.tsx'
import { ListFoot } from './ListFoot.tsx'
import { rememberActivity } from './last-activity.ts'
import { useNow } from './use-now.ts'
import { stepLabels } from './waterfall.ts'

/** Every start of a conversation, newest first, as it happens; filtered by what the address says. */
export function ActivityPage() {
  const filter = useSearch({ from: '/signed-in/shell/console/activity' })
  const navigate = useNavigate()
  const pages = useAttempts(filter)
  useEffect(() => rememberActivity(filter), [filter])
  const attempts = pages.data ? attemptsOf(pages.data.pages) : []
  const isFiltered = Object.keys(filter).length > 0
  const change = (search: AttemptFilter) => void navigate({ to: '/console/activity', search, replace: true })
  return (
    <>
      <PageHeader title="Activity" subtitle="Every start of a conversation, newest first, as it happens" />
      {(isFiltered || attempts.length > 0) && <ActivityFilters filter={filter} onChange={change} />}
      <VisuallyHidden role="status">
        {isFiltered && pages.isSuccess && !pages.isPlaceholderData && foundWords(attempts.length, pages.hasNextPage)}
      </VisuallyHidden>
      {pages.isPending ? (
        <Loading what="activity" />
      ) : attempts.length > 0 ? (
        <AttemptList attempts={attempts} stale={pages.isPlaceholderData} />
      ) : pages.error ? null : isFiltered ? (
        <NothingMatches onClear={() => change({})} />
      ) : (
        <NothingYet />
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
        <ListFoot
          more={pages.hasNextPage}
          loading={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
      )}
    </>
  )
}

function AttemptList({ attempts, stale }: { attempts: Attempt[]; stale: boolean }) {
  const now = useNow(attempts.some((attempt) => attempt.state === 'running' || attempt.state === 'undoing'))
  return (
    <div className={classes['activity']} aria-busy={stale}>
      <p className={classes['legend']}>
        Each line of a drawing is a step, from above: {Object.values(stepLabels).join(', ').toLowerCase()}. What lies
        side by side in time ran together.
      </p>
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
  )
}

function foundWords(found: number, more: boolean): string {
  if (found === 0) return 'No start matches the filters.'
  return `${found === 1 ? 'One start matches' : `${found} starts match`}${more ? ', and there are more' : ''}.`
}

function NothingMatches({ onClear }: { onClear: () => void }) {
  const keptFor = useKeptFor()
  return (
    <EmptyState icon={<IconFilterOff />} title="No start matches">
      Starts are kept for {keptFor}. Ids must be whole: a SID is two letters and 32 characters.
      <br />
      <Button variant="default" onClick={onClear}>
        Clear the filters
      </Button>
    </EmptyState>
  )
}

function NothingYet() {
  return (
    <EmptyState icon={<IconActivity />} title="No conversation has been started yet">
      As soon as a worker starts one, it appears here: who wrote to whom, how long each step took, and, if something
      went wrong, what and why.
      <br />
      <LinkButton to="/customers" variant="default">
        Start one from My customers
      </LinkButton>
    </EmptyState>
  )
}
