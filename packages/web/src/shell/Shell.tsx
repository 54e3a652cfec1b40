import { Outlet } from '@tanstack/react-router'
import { Suspense, useEffect } from 'react'
import { useMe } from '../api/session.ts'
import { openOutbox } from '../conversations/outbox.ts'
import { useLiveConversations } from '../conversations/use-conversations.ts'
import { StartsUnderWay } from '../outgoing/StartsUnderWay.tsx'
import { Loading } from '../shared/Loading.tsx'
import { Navigation } from './Navigation.tsx'
import classes from './Shell.module.css'
import { StreamNotice } from './StreamNotice.tsx'

/** The frame around every screen of a signed-in worker: a rail on the left, or a bar at the bottom on a phone. */
export function Shell() {
  const { identity } = useMe()
  useLiveConversations()
  useEffect(() => openOutbox(identity), [identity])
  return (
    <div className={classes['shell']}>
      <a className={classes['skip']} href="#main">
        Skip to content
      </a>
      <Navigation />
      <div className={classes['stage']} id="main" tabIndex={-1}>
        <StreamNotice />
        <Suspense fallback={<Loading what="the page" />}>
          <Outlet />
        </Suspense>
      </div>
      <StartsUnderWay />
    </div>
  )
}
