import type { Worker } from '@firstline/app/api'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import type { WorkerAction } from './WorkerDialog.tsx'
import { WorkerMenu } from './WorkerMenu.tsx'
import classes from './WorkersPage.module.css'
import { roleWords, workerStateWords } from './worker-words.ts'

type WorkerListProps = {
  workers: Worker[]
  myIdentity: string
  onAction: (worker: Worker, action: WorkerAction) => void
}

/** On wide screens. */
export function WorkerTable({ workers, myIdentity, onAction }: WorkerListProps) {
  return (
    <table className={classes['table']}>
      <thead>
        <tr>
          <th scope="col">Name</th>
          <th scope="col">E-mail address</th>
          <th scope="col">Identity</th>
          <th scope="col">Role</th>
          <th scope="col">State</th>
          <th scope="col">
            <span className={classes['forEars']}>Actions</span>
          </th>
        </tr>
      </thead>
      <tbody>
        {workers.map((worker) => (
          <tr key={worker.id} data-state={worker.state}>
            <th scope="row">
              <Person worker={worker} me={worker.identity === myIdentity} />
            </th>
            <td>{worker.email}</td>
            <td>
              {worker.identity === worker.email ? (
                <span className={classes['same']}>the e-mail address</span>
              ) : (
                worker.identity
              )}
            </td>
            <td>{roleWords[worker.role]}</td>
            <td>
              <State worker={worker} />
            </td>
            <td className={classes['actions']}>
              {worker.identity !== myIdentity && (
                <WorkerMenu worker={worker} onAction={(action) => onAction(worker, action)} />
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** On phones. */
export function WorkerCards({ workers, myIdentity, onAction }: WorkerListProps) {
  return (
    <ul className={classes['cards']}>
      {workers.map((worker) => (
        <li key={worker.id} data-state={worker.state}>
          <div className={classes['cardTop']}>
            <Person worker={worker} me={worker.identity === myIdentity} />
            {worker.identity !== myIdentity && (
              <WorkerMenu worker={worker} onAction={(action) => onAction(worker, action)} />
            )}
          </div>
          <dl>
            <dt>E-mail</dt>
            <dd>{worker.email}</dd>
            {worker.identity !== worker.email && (
              <>
                <dt>Identity</dt>
                <dd>{worker.identity}</dd>
              </>
            )}
            <dt>Role</dt>
            <dd>{roleWords[worker.role]}</dd>
            <dt>State</dt>
            <dd>
              <State worker={worker} />
            </dd>
          </dl>
        </li>
      ))}
    </ul>
  )
}

function Person({ worker, me }: { worker: Worker; me: boolean }) {
  return (
    <span className={classes['person']}>
      <PersonAvatar name={worker.displayName} size={34} />
      <span>
        <bdi>{worker.displayName}</bdi>
        {me && <span className={classes['you']}>You</span>}
      </span>
    </span>
  )
}

function State({ worker }: { worker: Worker }) {
  return (
    <span className={classes['state']} data-state={worker.state}>
      {workerStateWords[worker.state]}
    </span>
  )
}
