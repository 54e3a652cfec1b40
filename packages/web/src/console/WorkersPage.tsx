import type { Worker } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconUserPlus, IconUsers } from '@tabler/icons-react'
import { useState } from 'react'
import { asProblem } from '../api/client.ts'
import { useMe } from '../api/session.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { Loading } from '../shared/Loading.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { AddWorker } from './AddWorker.tsx'
import { useWorkers } from './console-data.ts'
import { type WorkerAction, WorkerDialog } from './WorkerDialog.tsx'
import { WorkerCards, WorkerTable } from './WorkerList.tsx'
import classes from './WorkersPage.module.css'

/** Who may use Firstline, and as what. */
export function WorkersPage() {
  const workers = useWorkers()
  const me = useMe()
  const wide = useMediaQuery('(min-width: 900px)', undefined, { getInitialValueInEffect: false })
  const [adding, setAdding] = useState(false)
  const [asked, setAsked] = useState<{ worker: Worker; action: WorkerAction }>()
  const List = wide ? WorkerTable : WorkerCards
  return (
    <>
      <PageHeader title="Workers" subtitle={wide ? 'Who may use Firstline, and as what' : undefined}>
        <Button leftSection={<IconUserPlus size={17} aria-hidden />} onClick={() => setAdding(true)}>
          Add a worker
        </Button>
      </PageHeader>
      <div className={classes['page']}>
        {workers.data && workers.data.length > 0 ? (
          <List
            workers={workers.data}
            myIdentity={me.identity}
            onAction={(worker, action) => setAsked({ worker, action })}
          />
        ) : workers.data ? (
          <EmptyState icon={<IconUsers />} title="Nobody here yet">
            Add a worker, and send them the invitation link that you get.
          </EmptyState>
        ) : workers.error ? null : (
          <Loading what="workers" />
        )}
        {workers.error && <ProblemNotice problem={asProblem(workers.error)} onRetry={() => void workers.refetch()} />}
      </div>
      {adding && <AddWorker onClose={() => setAdding(false)} />}
      {asked && <WorkerDialog {...asked} onClose={() => setAsked(undefined)} />}
    </>
  )
}
