import { IconAddressBookOff, IconSearchOff } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import row from '../shared/Row.module.css'
import { ScrollEnd } from '../shared/ScrollEnd.tsx'
import { customersQuery } from './queries.ts'

export function CustomerList({ query, selected }: { query: string; selected?: string }) {
  const list = useInfiniteQuery(customersQuery(query))
  const { data, error, refetch } = list
  if (error && (!data || list.isPlaceholderData)) {
    return (
      <div style={{ padding: 16 }}>
        <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
      </div>
    )
  }
  if (!data) return <Loading what="customers" />
  // A service may list somebody on two pages.
  const customers = new Map(data.pages.flatMap((page) => page.customers).map((one) => [one.customerId, one]))
  if (customers.size === 0) return query ? <NothingFound query={query} /> : <NoCustomers />
  return (
    <ul className={row['list']} aria-busy={list.isPlaceholderData}>
      {[...customers.values()].map(({ customerId, displayName, avatar }) => (
        <li key={customerId}>
          <Link
            to="/customers/$customerId"
            params={{ customerId }}
            search={query ? { query } : {}}
            className={row['row']}
            data-active={customerId === selected || undefined}
            aria-current={customerId === selected || undefined}
          >
            <PersonAvatar name={displayName} {...(avatar ? { avatar } : {})} />
            <span className={row['name']} dir="auto">
              {displayName}
            </span>
          </Link>
        </li>
      ))}
      {list.isFetchNextPageError && error && (
        <li>
          <ProblemNotice problem={asProblem(error)} onRetry={() => void list.fetchNextPage()} />
        </li>
      )}
      {list.hasNextPage && !list.isFetchNextPageError && !list.isPlaceholderData && (
        <li>
          <ScrollEnd
            label="Load more customers"
            loadingLabel="Loading more customers…"
            loading={list.isFetchingNextPage}
            onReach={() => void list.fetchNextPage()}
          />
        </li>
      )}
    </ul>
  )
}

function NothingFound({ query }: { query: string }) {
  return (
    <EmptyState icon={<IconSearchOff />} title={`Nobody found for “${query}”`}>
      Check the spelling, or try only a part of the name.
    </EmptyState>
  )
}

function NoCustomers() {
  return (
    <EmptyState icon={<IconAddressBookOff />} title="No customers yet">
      Your company’s customer system lists nobody for you. If you expect customers here, tell your administrator.
    </EmptyState>
  )
}
