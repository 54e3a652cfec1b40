import { Text } from '@mantine/core'
import type { ReactNode } from 'react'
import classes from './states.module.css'

/** Nothing here, and what to do about it. `icon` is a Tabler icon at its default size. */
export function EmptyState({ icon, title, children }: { icon?: ReactNode; title: string; children?: ReactNode }) {
  return (
    <div className={classes['empty']}>
      {icon && (
        <div className={classes['emptyIcon']} aria-hidden>
          {icon}
        </div>
      )}
      <Text fw={600} size="md">
        {title}
      </Text>
      {children && <div className={classes['emptyBody']}>{children}</div>}
    </div>
  )
}
