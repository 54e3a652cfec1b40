import { NativeSelect } from '@mantine/core'
import classes from './filters.module.css'

type FilterSelectProps = {
  label: string
  /** The choice of not filtering: "Any worker". */
  any: string
  value: string | undefined
  choices: { value: string; label: string }[]
  labelled: boolean
  onChange: (value: string | undefined) => void
}

/** One choice of a filter. A value that is none of the choices is one all the same: an address may hold it. */
export function FilterSelect({ label, any, value, choices, labelled, onChange }: FilterSelectProps) {
  const unknown = value !== undefined && !choices.some((choice) => choice.value === value)
  return (
    <NativeSelect
      {...(labelled ? { label } : { 'aria-label': label })}
      className={classes['field']}
      value={value ?? ''}
      data={[{ value: '', label: any }, ...choices, ...(unknown ? [{ value, label: value }] : [])]}
      onChange={(event) => onChange(event.currentTarget.value || undefined)}
    />
  )
}
