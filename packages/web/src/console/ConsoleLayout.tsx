import {
  IconActivity,
  IconAdjustments,
  IconArrowsExchange,
  IconHistory,
  IconLock,
  IconUsers,
} from '@tabler/icons-react'
import { Link, Outlet } from '@tanstack/react-router'
import { useRef } from 'react'
import { useMe } from '../api/session.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import classes from './ConsoleLayout.module.css'
import { TroubleBanner } from './TroubleBanner.tsx'
import { useScrollMemory } from './use-scroll-memory.ts'

const sections = [
  { to: '/console/settings', label: 'Settings', Icon: IconAdjustments },
  { to: '/console/activity', label: 'Activity', Icon: IconActivity },
  { to: '/console/callbacks', label: 'Callbacks', Icon: IconArrowsExchange },
  { to: '/console/workers', label: 'Workers', Icon: IconUsers },
  { to: '/console/audit', label: 'Audit', Icon: IconHistory },
] as const

/** What all pages of the console have in common. The server refuses others than administrators; this says it kindly. */
export function ConsoleLayout() {
  const me = useMe()
  return me.role === 'administrator' ? <Console /> : <ForAdministrators />
}

function Console() {
  const page = useRef<HTMLElement>(null)
  useScrollMemory(page)
  return (
    <div className={classes['console']}>
      <nav className={classes['sections']} aria-label="Console">
        {sections.map(({ to, label, Icon }) => (
          <Link key={to} to={to} className={classes['section']} activeProps={{ 'aria-current': 'page' }}>
            <Icon size={18} stroke={1.8} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <main ref={page} className={classes['page']}>
        <TroubleBanner />
        <Outlet />
      </main>
    </div>
  )
}

function ForAdministrators() {
  return (
    <main>
      <PageHeader title="Console" />
      <EmptyState icon={<IconLock />} title="The console is for administrators">
        Here administrators set up callbacks, look into what happened and invite workers. If you need to do that, ask an
        administrator of your company to give you the role.
      </EmptyState>
    </main>
  )
}
