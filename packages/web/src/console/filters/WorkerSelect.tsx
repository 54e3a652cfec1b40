import type { Worker } from '@firstline/app/api'
import { shortName } from '../short-name.ts'
import { FilterSelect } from './FilterSelect.tsx'

type WorkerSelectProps = {
  value: string | undefined
  workers: readonly Worker[]
  labelled: boolean
  onChange: (identity: string | undefined) => void
}

export function WorkerSelect({ workers, ...select }: WorkerSelectProps) {
  const choices = workers.map(({ identity, displayName }) => ({ value: identity, label: shortName(displayName) }))
  return <FilterSelect label="Worker" any="Any worker" choices={choices} {...select} />
}
