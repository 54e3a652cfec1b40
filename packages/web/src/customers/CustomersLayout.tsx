import { Outlet, useParams, useSearch } from '@tanstack/react-router'
import { PageHeader } from '../shared/PageHeader.tsx'
import { TwoPanes } from '../shell/TwoPanes.tsx'
import { CustomerList } from './CustomerList.tsx'
import { CustomerSearch } from './CustomerSearch.tsx'

/** The list beside the chosen customer; on a phone one of the two. */
export function CustomersLayout() {
  const { customerId } = useParams({ strict: false })
  const { query = '' } = useSearch({ from: '/signed-in/shell/customers' })
  return (
    <TwoPanes
      listLabel="My customers"
      detailOpen={customerId !== undefined}
      list={
        <>
          <PageHeader title="My customers" level={customerId === undefined ? 1 : 2} />
          <CustomerSearch />
          <CustomerList query={query} {...(customerId ? { selected: customerId } : {})} />
        </>
      }
    >
      <Outlet />
    </TwoPanes>
  )
}
