import type { AttemptDetails } from '@firstline/app/api'
import { IconArrowLeft, IconMessageCircle } from '@tabler/icons-react'
import { useParams } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { useMe } from '../api/session.ts'
import { fullTime } from '../shared/format.ts'
import { Loading } from '../shared/Loading.tsx'
import { LinkButton, LinkIcon } from '../shared/links.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { AttemptFacts } from './AttemptFacts.tsx'
import { AttemptNotes } from './AttemptNotes.tsx'
import classes from './AttemptPage.module.css'
import { AttemptState } from './AttemptState.tsx'
import { AttemptVerdict } from './AttemptVerdict.tsx'
import { useAttempt } from './attempt-data.ts'
import { attemptStory, madeBefore, missingExchanges } from './attempt-words.ts'
import { BigWaterfall } from './BigWaterfall.tsx'
import { CallTable } from './CallTable.tsx'
import { useKeptFor } from './console-data.ts'
import { ExchangeFold } from './ExchangeFold.tsx'
import { lastActivity } from './last-activity.ts'
import { useNow } from './use-now.ts'
import { formatMs, waterfallOf } from './waterfall.ts'

/** One start of a conversation: what happened, when, and what went over the wire. */
export function AttemptPage() {
  const { attemptId } = useParams({ from: '/signed-in/shell/console/activity/$attemptId' })
  const details = useAttempt(attemptId)
  const customer = details.data?.attempt.customer.displayName
  return (
    <>
      <PageHeader
        title={customer ? `Start with ${customer}` : 'A start'}
        subtitle={details.data && <time>{fullTime(details.data.attempt.startedAt)}</time>}
        before={
          <LinkIcon to="/console/activity" search={lastActivity()} aria-label="Back to Activity">
            <IconArrowLeft size={20} aria-hidden />
          </LinkIcon>
        }
      />
      {details.data ? (
        <Story details={details.data} />
      ) : details.error ? (
        <div className={classes['page']}>
          <ProblemNotice problem={asProblem(details.error)} onRetry={() => void details.refetch()} />
        </div>
      ) : (
        <Loading what="this start" />
      )}
    </>
  )
}

function Story({ details }: { details: AttemptDetails }) {
  const { attempt, exchanges, calls, notes } = details
  const now = useNow(attempt.state === 'running' || attempt.state === 'undoing')
  const waterfall = waterfallOf(attempt, now)
  // Nobody sees the conversations of others, administrators included.
  const sid = attempt.conversationSid
  const keptFor = useKeptFor()
  const own = useMe().identity === attempt.worker
  return (
    <div className={classes['page']}>
      <section className={classes['summary']} aria-label="What happened">
        <div className={classes['top']}>
          <AttemptState attempt={attempt} />
          <span className={classes['total']}>{formatMs(attempt.ms ?? waterfall.totalMs)}</span>
          {sid && attempt.state === 'succeeded' && own && (
            <LinkButton
              to="/conversations/$sid"
              params={{ sid }}
              variant="default"
              size="xs"
              leftSection={<IconMessageCircle size={16} aria-hidden />}
            >
              Open the conversation
            </LinkButton>
          )}
        </div>
        <p role="status" dir="auto">
          {attemptStory(attempt)}
        </p>
        <AttemptVerdict details={details} />
        <AttemptFacts attempt={attempt} />
      </section>

      <section className={classes['card']} aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <BigWaterfall waterfall={waterfall} />
      </section>

      <section aria-labelledby="callbacks">
        <h2 id="callbacks">Callbacks</h2>
        {exchanges.map((exchange) => (
          <ExchangeFold
            key={exchange.exchangeId}
            exchange={exchange}
            open={!exchange.verdict.ok && exchange.outcome !== 'givenUp'}
            when={madeBefore(exchange, attempt)}
          />
        ))}
        <Missing>{missingExchanges(details, keptFor)}</Missing>
      </section>

      <section aria-labelledby="calls">
        <h2 id="calls">Requests to the engine</h2>
        {calls.length > 0 ? (
          <CallTable attempt={attempt} calls={calls} />
        ) : (
          <Missing>{`None was made, or they are older than the ${keptFor} for which they are kept.`}</Missing>
        )}
      </section>

      {notes.length > 0 && <AttemptNotes notes={notes} />}
    </div>
  )
}

function Missing({ children }: { children: string | undefined }) {
  return children ? <p className={classes['none']}>{children}</p> : null
}
