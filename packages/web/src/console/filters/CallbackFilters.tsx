import { SegmentedControl } from '@mantine/core'
import { callbacks } from '../callbacks.ts'
import { useWorkers } from '../console-data.ts'
import type { CallbackFilter, CallbackVerdict } from './callback-filter.ts'
import { type Change, changed, removal } from './change.ts'
import { callbackChips } from './chips.ts'
import { FilterBar } from './FilterBar.tsx'
import { FilterSelect } from './FilterSelect.tsx'
import classes from './filters.module.css'
import { TimeFields } from './TimeFields.tsx'
import { WorkerSelect } from './WorkerSelect.tsx'

type CallbackFiltersProps = { filter: CallbackFilter; onChange: (filter: CallbackFilter) => void }

const locations = callbacks.flatMap((callback) => callback.locations.map(({ location }) => location))

/** Which callbacks of the log are shown. */
export function CallbackFilters({ filter, onChange }: CallbackFiltersProps) {
  const workers = useWorkers().data ?? []
  const change = (part: Change<CallbackFilter>) => onChange(changed(filter, part))
  return (
    <FilterBar
      label="Filter the log"
      chips={callbackChips(filter, workers).map(({ label, parts }) => ({
        label,
        onRemove: () => change(removal(parts)),
      }))}
      onClear={() => onChange(filter.verdict ? { verdict: filter.verdict } : {})}
      search={
        <SegmentedControl
          size="sm"
          className={classes['verdicts']}
          aria-label="Which callbacks"
          value={filter.verdict ?? ''}
          onChange={(value) => change({ verdict: (value || undefined) as CallbackVerdict | undefined })}
          data={[
            { value: '', label: 'All' },
            { value: 'failed', label: 'Failed' },
            { value: 'refused', label: 'Refused' },
            { value: 'warned', label: 'Warnings' },
          ]}
        />
      }
      fields={(labelled) => (
        <>
          <FilterSelect
            label="Location"
            any="Any location"
            value={filter.location}
            labelled={labelled}
            onChange={(location) => change({ location })}
            choices={locations.map((location) => ({ value: location, label: location }))}
          />
          <WorkerSelect
            value={filter.worker}
            workers={workers}
            labelled={labelled}
            onChange={(worker) => change({ worker })}
          />
          <TimeFields range={filter} labelled={labelled} onChange={change} />
        </>
      )}
    />
  )
}
