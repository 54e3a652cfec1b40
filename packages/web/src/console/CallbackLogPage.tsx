import { Button } from '@mantine/core'
import { IconFilterOff, IconPlugConnected } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { LinkButton } from '../shared/links.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import classes from './CallbackLogPage.module.css'
import { useCallbacks } from './callback-data.ts'
import { exchangesOf } from './callback-list.ts'
import { useKeptFor } from './console-data.ts'
import { ExchangeFold } from './ExchangeFold.tsx'
import { CallbackFilters } from './filters/CallbackFilters.tsx'
import type { CallbackFilter } from './filters/callback-filter.ts'
import { CallbackHealth } from './health/CallbackHealth.tsx'
import { ListFoot } from './ListFoot.tsx'

/** How the callbacks do, and every one as it was on the wire, newest first, whoever caused it. */
export function CallbackLogPage() {
  const { span = 'hour', ...filter } = useSearch({ from: '/signed-in/shell/console/callbacks' })
  const navigate = useNavigate()
  const go = (search: CallbackFilter, nextSpan = span) =>
    void navigate({
      to: '/console/callbacks',
      search: { ...search, ...(nextSpan === 'hour' ? {} : { span: nextSpan }) },
      replace: true,
    })
  return (
    <>
      <PageHeader
        title="Callbacks"
        subtitle={`What was asked and answered, as it was on the wire; kept for ${useKeptFor()}`}
      />
      <CallbackHealth span={span} onSpan={(next) => go(filter, next)} onFilter={go} />
      <section className={classes['log']} aria-labelledby="log">
        <h2 id="log" className={classes['heading']}>
          Log
        </h2>
        <CallbackFilters filter={filter} onChange={go} />
        <Log filter={filter} onClear={() => go({})} />
      </section>
    </>
  )
}

function Log({ filter, onClear }: { filter: CallbackFilter; onClear: () => void }) {
  const pages = useCallbacks(filter)
  const exchanges = pages.data ? exchangesOf(pages.data.pages) : []
  if (pages.isPending) return <Loading what="callbacks" />
  return (
    <>
      {exchanges.length > 0 ? (
        <div className={classes['exchanges']} aria-busy={pages.isPlaceholderData}>
          {exchanges.map((exchange) => (
            <ExchangeFold key={exchange.exchangeId} exchange={exchange} open={false} linksToStart />
          ))}
        </div>
      ) : pages.error ? null : Object.keys(filter).length > 0 ? (
        <NothingMatches onClear={onClear} />
      ) : (
        <NothingYet />
      )}
      {pages.error && (
        <div className={classes['problem']}>
          <ProblemNotice
            problem={asProblem(pages.error)}
            onRetry={() => void (pages.data ? pages.fetchNextPage() : pages.refetch())}
          />
        </div>
      )}
      {exchanges.length > 0 && !pages.error && (
        <ListFoot
          more={pages.hasNextPage}
          loading={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
      )}
    </>
  )
}

function NothingMatches({ onClear }: { onClear: () => void }) {
  const keptFor = useKeptFor()
  return (
    <EmptyState icon={<IconFilterOff />} title="No callback matches">
      None of the callbacks of the last {keptFor} is like that.
      <br />
      <Button variant="default" onClick={onClear}>
        Clear the filters
      </Button>
    </EmptyState>
  )
}

function NothingYet() {
  return (
    <EmptyState icon={<IconPlugConnected />} title="No callback has been made yet">
      As soon as somebody looks at their customers or starts a conversation, the requests to your integration service
      and its answers appear here.
      <br />
      <LinkButton to="/console/settings" variant="default">
        Try one in Settings
      </LinkButton>
    </EmptyState>
  )
}
