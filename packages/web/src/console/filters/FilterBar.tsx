import '@mantine/core/styles/Drawer.layer.css'
import { Button, Drawer } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconFilter, IconX } from '@tabler/icons-react'
import { type ReactNode, useRef, useState } from 'react'
import classes from './filters.module.css'

type FilterBarProps = {
  /** What is filtered: "Filter the starts". */
  label: string
  /** Stays in sight on a phone too. */
  search?: ReactNode
  chips: { label: string; onRemove: () => void }[]
  onClear: () => void
  /** The fields; `labelled` where there is room for labels above them. */
  fields: (labelled: boolean) => ReactNode
}

/** The filters of a list: in a row on wide screens; on a phone behind a button, with those that are on as chips. */
export function FilterBar({ label, search, chips, onClear, fields }: FilterBarProps) {
  const wide = useMediaQuery('(min-width: 900px)', undefined, { getInitialValueInEffect: false })
  const [opened, setOpened] = useState(false)
  const bar = useRef<HTMLElement>(null)
  // The chip that had the focus is gone after this.
  const focusBar = () => bar.current?.focus({ preventScroll: true })
  return (
    <search ref={bar} className={classes['bar']} aria-label={label} tabIndex={-1}>
      <div className={classes['line']}>
        {search}
        {wide ? (
          fields(false)
        ) : (
          <Button
            variant="default"
            leftSection={<IconFilter size={17} aria-hidden />}
            aria-haspopup="dialog"
            onClick={() => setOpened(true)}
          >
            Filter{chips.length > 0 && ` (${chips.length})`}
          </Button>
        )}
      </div>
      {chips.length > 0 && (
        <ul className={classes['chips']} aria-label="Filters that are on">
          {chips.map((chip) => (
            <li key={chip.label}>
              <button
                type="button"
                className={classes['chip']}
                aria-label={`Remove the filter ${chip.label}`}
                onClick={() => {
                  focusBar()
                  chip.onRemove()
                }}
              >
                <bdi>{chip.label}</bdi>
                <IconX size={14} aria-hidden />
              </button>
            </li>
          ))}
          {chips.length > 1 && (
            <li>
              <button
                type="button"
                className={classes['clear']}
                onClick={() => {
                  focusBar()
                  onClear()
                }}
              >
                Clear all
              </button>
            </li>
          )}
        </ul>
      )}
      {!wide && (
        <Drawer
          opened={opened}
          onClose={() => setOpened(false)}
          position="bottom"
          title="Filter"
          closeButtonProps={{ 'aria-label': 'Close' }}
          classNames={{ content: classes['sheet'] ?? '', title: classes['sheetTitle'] ?? '' }}
        >
          <div className={classes['fields']}>{fields(true)}</div>
          <div className={classes['sheetFoot']}>
            {chips.length > 0 && (
              <Button variant="default" onClick={onClear}>
                Clear all
              </Button>
            )}
            <Button onClick={() => setOpened(false)} data-autofocus>
              Show results
            </Button>
          </div>
        </Drawer>
      )}
    </search>
  )
}
