import { Button, Text } from '@mantine/core'
import { IconPlugConnected } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import activity from './ActivityPage.module.css'
import classes from './AttemptPage.module.css'
import { useCallbacks } from './console-data.ts'
import { ExchangeFold } from './ExchangeFold.tsx'
import { OnlyTroubled } from './OnlyTroubled.tsx'

/** Every callback as it was on the wire, newest first, whoever caused it. */
export function CallbackLogPage() {
  const pages = useCallbacks()
  const [onlyTroubled, setOnlyTroubled] = useState(false)
  const all = pages.data?.pages.flatMap((page) => page.exchanges) ?? []
  const shown = onlyTroubled ? all.filter(({ verdict, warnings }) => !verdict.ok || warnings.length > 0) : all
  return (
    <>
      <PageHeader title="Callbacks" subtitle="What was asked and answered, as it was on the wire; kept for 30 days" />
      {pages.isPending ? (
        <Loading what="callbacks" />
      ) : all.length > 0 ? (
        <div className={classes['page']}>
          <OnlyTroubled chosen={onlyTroubled} onChoose={setOnlyTroubled} />
          {shown.length > 0 ? (
            <div>
              {shown.map((exchange) => (
                <ExchangeFold key={exchange.exchangeId} exchange={exchange} headingLevel={2} open={false} />
              ))}
            </div>
          ) : (
            <Text size="sm" c="dimmed">
              None of the callbacks shown so far failed or had a warning.
            </Text>
          )}
        </div>
      ) : (
        !pages.error && (
          <EmptyState icon={<IconPlugConnected />} title="No callback has been made yet">
            As soon as somebody looks at their customers or starts a conversation, the requests to your integration
            service and its answers appear here.
            <br />
            <Button renderRoot={(props) => <Link to="/console/settings" {...props} />} variant="default">
              Try one in Settings
            </Button>
          </EmptyState>
        )
      )}
      {pages.error && (
        <div className={activity['foot']}>
          <ProblemNotice
            problem={asProblem(pages.error)}
            onRetry={() => void (pages.data ? pages.fetchNextPage() : pages.refetch())}
          />
        </div>
      )}
      {all.length > 0 && pages.hasNextPage && (
        <div className={activity['foot']}>
          <Button variant="default" loading={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
            Show earlier ones
          </Button>
        </div>
      )}
    </>
  )
}
