import type { Attempt } from '@firstline/app/api'
import { Link } from '@tanstack/react-router'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName, fullTime } from '../shared/format.ts'
import classes from './ActivityPage.module.css'
import { AttemptState } from './AttemptState.tsx'
import { MiniWaterfall } from './MiniWaterfall.tsx'
import { momentOf } from './moment.ts'
import { formatMs, waterfallOf } from './waterfall.ts'

/** One attempt in the list. The whole row leads to its page. */
export function AttemptRow({ attempt, now }: { attempt: Attempt; now: number }) {
  const waterfall = waterfallOf(attempt, now)
  return (
    <li>
      <Link to="/console/activity/$attemptId" params={{ attemptId: attempt.attemptId }} className={classes['row']}>
        <time dateTime={attempt.startedAt} title={fullTime(attempt.startedAt)} className={classes['when']}>
          {momentOf(attempt.startedAt)}
        </time>
        <span className={classes['who']}>
          <bdi className={classes['customer']}>{attempt.customer.displayName}</bdi>
          <span className={classes['worker']}>
            by <bdi>{attempt.workerName}</bdi>
          </span>
        </span>
        <span className={classes['channel']}>
          <ChannelIcon channel={attempt.channel.type} />
          {channelName(attempt.channel.type)}
        </span>
        <span className={classes['result']}>
          <AttemptState attempt={attempt} />
          {attempt.code !== undefined && attempt.state !== 'succeeded' && (
            <span className={classes['code']}>
              <b>{attempt.code || 'No code'}</b> {attempt.title}
            </span>
          )}
        </span>
        <MiniWaterfall waterfall={waterfall} />
        <span className={classes['ms']}>{formatMs(attempt.ms ?? waterfall.totalMs)}</span>
      </Link>
    </li>
  )
}
