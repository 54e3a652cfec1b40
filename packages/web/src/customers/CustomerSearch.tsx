import { CloseButton, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import { IconSearch } from '@tabler/icons-react'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useEffect, useRef, useState } from 'react'

/** The search is in the address, so that "back" from a customer finds it again and a link can carry it. */
export function CustomerSearch() {
  const { query = '' } = useSearch({ from: '/signed-in/shell/customers' })
  const navigate = useNavigate()
  const [text, setText] = useState(query)
  const written = useRef(query)
  const search = useDebouncedCallback((value: string) => {
    written.current = value
    void navigate({ to: '.', search: value ? { query: value } : {}, replace: true })
  }, 250)
  // The address changed by other means (back, a link): the field follows.
  useEffect(() => {
    if (query === written.current) return
    written.current = query
    setText(query)
  }, [query])
  const change = (value: string) => {
    setText(value)
    search(value.trim())
  }
  return (
    <search style={{ padding: '0 16px 8px' }}>
      <TextInput
        type="search"
        aria-label="Search customers"
        placeholder="Search by name"
        value={text}
        maxLength={200}
        onChange={(event) => change(event.currentTarget.value)}
        leftSection={<IconSearch size={17} aria-hidden />}
        rightSection={
          text && (
            <CloseButton size="sm" aria-label="Clear the search" onClick={() => change('')} variant="transparent" />
          )
        }
      />
    </search>
  )
}
