import type { ReactNode } from 'react'
import { PageHeader } from '../shared/PageHeader.tsx'
import classes from './Door.module.css'

/** The plain screen before anybody is signed in. */
export function Door({ title, lead, children }: { title: string; lead?: ReactNode; children: ReactNode }) {
  return (
    <main className={classes['door']}>
      <div className={classes['card']}>
        <div className={classes['brand']}>
          <img src="/icon.svg" alt="" width={44} height={44} />
          <span>Firstline</span>
        </div>
        <div className={classes['title']}>
          <PageHeader title={title} />
        </div>
        {lead && <p className={classes['lead']}>{lead}</p>}
        {children}
      </div>
    </main>
  )
}
