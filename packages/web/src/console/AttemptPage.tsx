import type { AttemptDetails } from '@firstline/app/api'
import { ActionIcon, Button } from '@mantine/core'
import { IconArrowLeft, IconMessageCircle } from '@tabler/icons-react'
import { Link, useParams } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { useMe } from '../api/session.ts'
import { channelName, fullTime } from '../shared/format.ts'
import { Loading } from '../shared/Loading.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { formatAddress } from '../shared/phone.ts'
import classes from './AttemptPage.module.css'
import { AttemptState } from './AttemptState.tsx'
import { attemptStory } from './attempt-words.ts'
import { BigWaterfall } from './BigWaterfall.tsx'
import { useAttempt } from './console-data.ts'
import { ExchangeFold } from './ExchangeFold.tsx'
import { momentOf } from './moment.ts'
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
          <ActionIcon component={Link} to="/console/activity" aria-label="Back to Activity">
            <IconArrowLeft size={20} aria-hidden />
          </ActionIcon>
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
  const { attempt, problem, exchanges, notes } = details
  const now = useNow(attempt.state === 'running' || attempt.state === 'undoing')
  const waterfall = waterfallOf(attempt, now)
  // Nobody sees the conversations of others, administrators included.
  const sid = attempt.conversationSid
  const own = useMe().identity === attempt.worker.identity
  return (
    <div className={classes['page']}>
      <section className={classes['summary']} aria-label="What happened">
        <div className={classes['top']}>
          <AttemptState attempt={attempt} />
          <span className={classes['total']}>{formatMs(attempt.ms ?? waterfall.totalMs)}</span>
          {sid && attempt.state === 'succeeded' && own && (
            <Button
              renderRoot={(props) => <Link to="/conversations/$sid" params={{ sid }} {...props} />}
              variant="default"
              size="xs"
              leftSection={<IconMessageCircle size={16} aria-hidden />}
            >
              Open the conversation
            </Button>
          )}
        </div>
        <p role="status" dir="auto">
          {attemptStory(attempt)}
        </p>
        {problem && <ProblemNotice problem={{ ...problem, retryable: false }} />}
        <Facts details={details} />
      </section>

      <section className={classes['card']} aria-labelledby="steps">
        <h2 id="steps">Steps</h2>
        <BigWaterfall waterfall={waterfall} />
      </section>

      <section aria-labelledby="callbacks">
        <h2 id="callbacks">Callbacks</h2>
        {exchanges.length === 0 ? (
          <p className={classes['none']}>
            No callback was made for this start, or it is older than the 30 days for which they are kept.
          </p>
        ) : (
          exchanges.map((exchange) => (
            <ExchangeFold key={exchange.exchangeId} exchange={exchange} headingLevel={3} open={!exchange.verdict.ok} />
          ))
        )}
      </section>

      {notes.length > 0 && (
        <section aria-labelledby="notes">
          <h2 id="notes">What was done afterwards</h2>
          <ol className={classes['notes']}>
            {notes.map((note) => (
              <li key={`${note.at} ${note.text}`}>
                <time dateTime={note.at}>{momentOf(note.at)}</time>
                <span>{note.text}</span>
              </li>
            ))}
          </ol>
        </section>
      )}
    </div>
  )
}

function Facts({ details }: { details: AttemptDetails }) {
  const { attempt } = details
  const facts: [string, string | undefined][] = [
    ['Worker', `${attempt.worker.displayName} (${attempt.worker.identity})`],
    ['Customer', `${attempt.customer.displayName} (ID ${attempt.customer.customerId})`],
    ['Channel', `${channelName(attempt.channel.type)}, ${formatAddress(attempt.channel.value)}`],
    ['Business number', attempt.proxyAddress ? formatAddress(attempt.proxyAddress) : undefined],
    [attempt.state === 'failed' ? 'Conversation, not kept' : 'Conversation', attempt.conversationSid],
    ['Attempt', attempt.attemptId],
  ]
  return (
    <dl className={classes['facts']}>
      {facts.map(([name, value]) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd dir="auto">{value}</dd>
          </div>
        ),
      )}
    </dl>
  )
}
