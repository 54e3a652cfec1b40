import { Outlet } from '@tanstack/react-router'
import { Suspense } from 'react'
import { Loading } from '../shared/Loading.tsx'
import { Navigation } from './Navigation.tsx'
import classes from './Shell.module.css'
import { StreamNotice } from './StreamNotice.tsx'

/** The frame around every screen of a signed-in worker: a rail on the left, or a bar at the bottom on a phone. */
export function Shell() {
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
    </div>
  )
}
