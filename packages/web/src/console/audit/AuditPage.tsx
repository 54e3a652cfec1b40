import type { AuditEntry, AuditPage as AuditPageData } from '@firstline/app/api'
import { IconHistory } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { asProblem, get } from '../../api/client.ts'
import { EmptyState } from '../../shared/EmptyState.tsx'
import { dayName, fullTime } from '../../shared/format.ts'
import { Loading } from '../../shared/Loading.tsx'
import { PageHeader } from '../../shared/PageHeader.tsx'
import { ProblemNotice } from '../../shared/ProblemNotice.tsx'
import { queryOf } from '../filters/attempt-filter.ts'
import { ListFoot } from '../ListFoot.tsx'
import { timeOfDay } from '../moment.ts'
import classes from './audit.module.css'
import { byDay, entryWords } from './audit-words.ts'

/** Who changed settings or workers, when, from what to what. */
export function AuditPage() {
  const pages = useInfiniteQuery({
    queryKey: ['console', 'audit'],
    queryFn: ({ pageParam }) => get<AuditPageData>(`/api/console/audit${queryOf({}, pageParam)}`),
    initialPageParam: '',
    getNextPageParam: (page) => page.nextCursor,
    // No event tells of a change.
    refetchOnMount: 'always',
  })
  const entries = pages.data?.pages.flatMap((page) => page.entries) ?? []
  return (
    <>
      <PageHeader title="Audit" subtitle="Who changed settings or workers, and from what to what" />
      {pages.isPending ? (
        <Loading what="the changes" />
      ) : entries.length > 0 ? (
        <div className={classes['audit']}>
          {byDay(entries).map(({ day, entries: ofDay }) => (
            <section key={day} aria-label={dayName(ofDay[0]?.at ?? '')}>
              <h2>{dayName(ofDay[0]?.at ?? '')}</h2>
              <ol className={classes['entries']}>
                {ofDay.map((entry) => (
                  <Entry key={entry.id} entry={entry} />
                ))}
              </ol>
            </section>
          ))}
        </div>
      ) : (
        !pages.error && (
          <EmptyState icon={<IconHistory />} title="Nothing has been changed yet">
            When somebody changes a setting or a worker, it is written down here: who, when, and from what to what.
          </EmptyState>
        )
      )}
      {pages.error && (
        <div className={classes['audit']}>
          <ProblemNotice
            problem={asProblem(pages.error)}
            onRetry={() => void (pages.data ? pages.fetchNextPage() : pages.refetch())}
          />
        </div>
      )}
      {entries.length > 0 && !pages.error && (
        <ListFoot
          more={pages.hasNextPage}
          loading={pages.isFetchingNextPage}
          onMore={() => void pages.fetchNextPage()}
        />
      )}
    </>
  )
}

function Entry({ entry }: { entry: AuditEntry }) {
  const { did, changes } = entryWords(entry)
  return (
    <li>
      <time dateTime={entry.at} title={fullTime(entry.at)}>
        {timeOfDay(entry.at)}
      </time>
      <div>
        <p>
          <bdi {...(entry.by.identity && { title: entry.by.identity })}>{entry.by.displayName}</bdi> {did}
        </p>
        {changes.length > 0 && (
          <dl className={classes['changes']}>
            {changes.map(({ what, from, to }) => (
              <div key={what}>
                <dt>{what}</dt>
                <dd>
                  {from !== undefined && (
                    <>
                      from <del>{from}</del> to{' '}
                    </>
                  )}
                  <ins>{to}</ins>
                </dd>
              </div>
            ))}
          </dl>
        )}
      </div>
    </li>
  )
}
