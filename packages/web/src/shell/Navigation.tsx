import { IconAddressBook, IconAdjustmentsHorizontal, IconDeviceMobile, IconMessageCircle } from '@tabler/icons-react'
import { Link, useMatchRoute } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { useMe } from '../api/session.ts'
import { useUnreadTotal } from '../conversations/use-conversations.ts'
import { AccountMenu } from './AccountMenu.tsx'
import classes from './Navigation.module.css'

export function Navigation() {
  const me = useMe()
  const unread = useUnreadTotal()
  const matches = useMatchRoute()
  const administrator = me.role === 'administrator'
  // On a phone an open conversation or customer has the whole screen; "back" leads to the bar.
  const inDetail = Boolean(matches({ to: '/conversations/$sid' }) || matches({ to: '/customers/$customerId' }))
  return (
    <nav className={classes['navigation']} aria-label="Main" data-in-detail={inDetail || undefined}>
      <img className={classes['logo']} src="/icon.svg" alt="Firstline" width={36} height={36} />
      <ul className={classes['items']}>
        <Item to="/conversations" icon={<IconMessageCircle />} label="Conversations" count={unread} />
        <Item to="/customers" icon={<IconAddressBook />} label="My customers" />
        {administrator && <Item to="/console" icon={<IconAdjustmentsHorizontal />} label="Console" />}
        {administrator && me.engine === 'embedded' && (
          <li>
            <a className={classes['item']} href="/handset" target="firstline-handset" rel="noopener">
              <IconDeviceMobile aria-hidden />
              <span className={classes['label']}>Handset</span>
            </a>
          </li>
        )}
      </ul>
      <AccountMenu />
    </nav>
  )
}

type ItemProps = { to: '/conversations' | '/customers' | '/console'; icon: ReactNode; label: string; count?: number }
function Item({ to, icon, label, count = 0 }: ItemProps) {
  return (
    <li>
      <Link to={to} className={classes['item']} activeProps={{ 'data-active': true }}>
        <span className={classes['icon']} aria-hidden>
          {icon}
          {count > 0 && <span className={classes['count']}>{count > 99 ? '99+' : count}</span>}
        </span>
        <span className={classes['label']}>{label}</span>
        {count > 0 && <span className={classes['hidden']}>, {count} unread</span>}
      </Link>
    </li>
  )
}
