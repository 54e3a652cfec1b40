import { IconArrowLeft } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useParams, useSearch } from '@tanstack/react-router'
import { asProblem } from '../api/client.ts'
import { Loading } from '../shared/Loading.tsx'
import { LinkIcon } from '../shared/links.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import classes from './CustomerPage.module.css'
import { CustomerView } from './CustomerView.tsx'
import { customerQuery } from './queries.ts'

export function CustomerPage() {
  const { customerId } = useParams({ from: '/signed-in/shell/customers/$customerId' })
  return <Customer key={customerId} customerId={customerId} />
}

function Customer({ customerId }: { customerId: string }) {
  const search = useSearch({ from: '/signed-in/shell/customers' })
  const { data, error, refetch } = useQuery(customerQuery(customerId))
  const back = (
    <LinkIcon to="/customers" search={search} className={classes['back']} aria-label="Back to my customers">
      <IconArrowLeft size={20} aria-hidden />
    </LinkIcon>
  )
  if (data) return <CustomerView data={data} back={back} />
  return (
    <>
      <PageHeader title="Customer" before={back} />
      {error ? (
        <div className={classes['body']}>
          <ProblemNotice problem={asProblem(error)} onRetry={() => void refetch()} />
        </div>
      ) : (
        <Loading what="the customer" />
      )}
    </>
  )
}
