import { ActionIcon } from '@mantine/core'
import { IconChevronLeft } from '@tabler/icons-react'
import classes from './HandsetPage.module.css'

/** `onlyNarrow`: where the screen before is not on the screen anyway. */
export function Back({ label, onlyNarrow, onClick }: { label: string; onlyNarrow?: boolean; onClick: () => void }) {
  return (
    <ActionIcon aria-label={label} onClick={onClick} className={onlyNarrow ? (classes['onlyNarrow'] ?? '') : ''}>
      <IconChevronLeft size={22} aria-hidden />
    </ActionIcon>
  )
}
