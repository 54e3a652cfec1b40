import { TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { useEffect, useRef, useState } from 'react'
import type { Change } from './change.ts'
import { FilterSelect } from './FilterSelect.tsx'
import classes from './filters.module.css'
import {
  fromLocalInput,
  type Preset,
  presetLabels,
  presetOf,
  rangeOf,
  type TimeRange,
  toLocalInput,
} from './time-range.ts'

type TimeFieldsProps = { range: TimeRange; labelled: boolean; onChange: (change: Change<TimeRange>) => void }

/** From when to when: by a name for what is asked most, or to the minute. */
export function TimeFields({ range, labelled, onChange }: TimeFieldsProps) {
  const [exact, setExact] = useState(false)
  const preset = presetOf(range)
  const isOpen = range.from === undefined && range.to === undefined
  const chosen = exact || (!isOpen && !preset) ? 'exact' : preset
  function choose(value: string | undefined) {
    setExact(value === 'exact')
    if (value === 'exact') return
    onChange({ from: undefined, to: undefined, ...(value && rangeOf(value as Preset)) })
  }
  return (
    <>
      <FilterSelect
        label="Time"
        any="Any time"
        value={chosen}
        labelled={labelled}
        onChange={choose}
        choices={[
          ...Object.entries(presetLabels).map(([value, label]) => ({ value, label })),
          { value: 'exact', label: 'From … to …' },
        ]}
      />
      {chosen === 'exact' && (
        <>
          <Moment label="From" value={range.from} labelled={labelled} onChange={(from) => onChange({ from })} />
          <Moment label="To" value={range.to} labelled={labelled} onChange={(to) => onChange({ to })} />
        </>
      )}
    </>
  )
}

type MomentProps = {
  label: string
  value: string | undefined
  labelled: boolean
  onChange: (value: string | undefined) => void
}

/** A year that is being typed passes through the years 2, 20 and 202: only what stands for a moment counts. */
function Moment({ label, value, labelled, onChange }: MomentProps) {
  const [text, setText] = useState(toLocalInput(value))
  const written = useRef(value)
  const write = useDebouncedCallback((typed: string) => {
    written.current = fromLocalInput(typed)
    onChange(written.current)
  }, 500)
  useEffect(() => {
    if (value === written.current) return
    written.current = value
    setText(toLocalInput(value))
  }, [value])
  return (
    <TextInput
      type="datetime-local"
      {...(labelled ? { label } : { 'aria-label': label, leftSection: label, leftSectionWidth: 50 })}
      className={classes['moment']}
      value={text}
      max="9999-12-31T23:59"
      onChange={(event) => {
        setText(event.currentTarget.value)
        write(event.currentTarget.value)
      }}
    />
  )
}
