import type { ReactNode } from 'react'
import classes from './TwoPanes.module.css'

type TwoPanesProps = {
  /** The name of the left pane for screen readers. */
  listLabel: string
  list: ReactNode
  /** Whether a detail is open: on a phone it takes the whole screen. */
  detailOpen: boolean
  children: ReactNode
}

/** The list on the left and the detail on the right from 900 px; one at a time below. */
export function TwoPanes({ listLabel, list, detailOpen, children }: TwoPanesProps) {
  return (
    <main className={classes['panes']} data-detail-open={detailOpen || undefined}>
      <section className={classes['list']} aria-label={listLabel}>
        {list}
      </section>
      <div className={classes['detail']}>{children}</div>
    </main>
  )
}
