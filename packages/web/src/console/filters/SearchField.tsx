import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useEffect, useRef, useState } from 'react'
import classes from './filters.module.css'

type SearchFieldProps = {
  label: string
  placeholder: string
  value: string
  /** Says what is to stay in the field: what became a filter of its own leaves it. */
  onSearch: (text: string) => string
}

/** Searches while one types, a moment after the last letter. */
export function SearchField({ label, placeholder, value, onSearch }: SearchFieldProps) {
  const [text, setText] = useState(value)
  const written = useRef(value)
  const search = useDebouncedCallback((typed: string) => {
    written.current = onSearch(typed)
    if (written.current !== typed) setText(written.current)
  }, 300)
  // The filter changed by other means (back, a chip): the field follows.
  useEffect(() => {
    if (value === written.current) return
    written.current = value
    setText(value)
  }, [value])
  const change = (typed: string) => {
    setText(typed)
    search(typed.trim())
  }
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      className={classes['search']}
      value={text}
      maxLength={200}
      onChange={(event) => change(event.currentTarget.value)}
      leftSection={<IconSearch size={17} aria-hidden />}
      rightSection={
        text && <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} variant="transparent" />
      }
    />
  )
}
