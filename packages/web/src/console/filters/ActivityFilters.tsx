import type { AttemptFilter, AttemptState } from '@firstline/app/api'
import { startCodes } from '../codes.ts'
import { useWorkers } from '../console-data.ts'
import { readSearchText } from './attempt-filter.ts'
import { type Change, changed, removal } from './change.ts'
import { attemptChips, stateLabels } from './chips.ts'
import { FilterBar } from './FilterBar.tsx'
import { FilterSelect } from './FilterSelect.tsx'
import { SearchField } from './SearchField.tsx'
import { TimeFields } from './TimeFields.tsx'
import { WorkerSelect } from './WorkerSelect.tsx'

type ActivityFiltersProps = { filter: AttemptFilter; onChange: (filter: AttemptFilter) => void }

/** Which starts are shown: by one field for names and ids, and by worker, result, code and time. */
export function ActivityFilters({ filter, onChange }: ActivityFiltersProps) {
  const workers = useWorkers().data ?? []
  const change = (part: Change<AttemptFilter>) => onChange(changed(filter, part))
  function search(text: string): string {
    const found = readSearchText(text)
    const code = found.code === undefined ? {} : { code: found.code }
    change({ customer: found.customer, search: found.search, ...code })
    return found.code === undefined ? text : ''
  }
  return (
    <FilterBar
      label="Filter the starts"
      chips={attemptChips(filter, workers).map(({ label, parts }) => ({
        label,
        onRemove: () => change(removal(parts)),
      }))}
      onClear={() => onChange({})}
      search={
        <SearchField
          label="Search by customer, SID, attempt or code"
          placeholder="Customer, SID, code"
          value={filter.search ?? filter.customer ?? ''}
          onSearch={search}
        />
      }
      fields={(labelled) => (
        <>
          <WorkerSelect
            value={filter.worker}
            workers={workers}
            labelled={labelled}
            onChange={(worker) => change({ worker })}
          />
          <FilterSelect
            label="Result"
            any="Any result"
            value={filter.state}
            labelled={labelled}
            onChange={(state) => change({ state: state as AttemptState | undefined })}
            choices={Object.entries(stateLabels).map(([value, label]) => ({ value, label }))}
          />
          <FilterSelect
            label="Code"
            any="Any code"
            value={filter.code?.toString()}
            labelled={labelled}
            onChange={(code) => change({ code: code === undefined ? undefined : Number(code) })}
            choices={startCodes.map(({ code, title }) => ({ value: String(code), label: `${code} ${title}` }))}
          />
          <TimeFields range={filter} labelled={labelled} onChange={change} />
        </>
      )}
    />
  )
}
