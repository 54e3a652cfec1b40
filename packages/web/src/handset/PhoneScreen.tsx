import type { PhoneThread } from '@firstline/app/api'
import { useEffect, useRef } from 'react'
import { asProblem } from '../api/client.ts'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { EmptyState } from '../shared/EmptyState.tsx'
import { channelName, shortTime } from '../shared/format.ts'
import { Loading } from '../shared/Loading.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { formatAddress } from '../shared/phone.ts'
import { Back } from './Back.tsx'
import { businessName } from './business-name.ts'
import classes from './HandsetPage.module.css'
import { usePhones, useThreads } from './handset-data.ts'
import { ThreadScreen } from './ThreadScreen.tsx'
import { lastAt, shownThread, sortThreads, threadKey } from './threads.ts'

type PhoneScreenProps = {
  address: string
  threadKey: string | undefined
  onThread: (key: string | undefined) => void
  onPhones: () => void
}

/** What is on the display: the one thread there is, or the list of threads by business number. */
export function PhoneScreen({ address, threadKey: key, onThread, onPhones }: PhoneScreenProps) {
  const threads = useThreads(address)
  const phone = usePhones().data?.find((each) => each.address === address)
  const owner = phone?.displayName ?? formatAddress(address)
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => heading.current?.focus({ preventScroll: true }), [])
  const shown = threads.data && shownThread(threads.data, key)
  if (threads.data && shown) {
    const several = threads.data.length > 1
    return (
      <ThreadScreen
        key={threadKey(shown)}
        address={address}
        owner={owner}
        thread={shown}
        backTo={several ? 'threads' : 'phones'}
        onBack={() => (several ? onThread(undefined) : onPhones())}
      />
    )
  }
  return (
    <div className={classes['screen']}>
      <header className={classes['bar']}>
        <Back label="Back to the phones" onlyNarrow onClick={onPhones} />
        <div className={classes['barWords']}>
          <h2 ref={heading} tabIndex={-1}>
            Messages
          </h2>
          <p>
            <bdi>{owner}</bdi>
          </p>
        </div>
      </header>
      {threads.error ? (
        <div className={classes['padded']}>
          <ProblemNotice problem={asProblem(threads.error)} onRetry={() => void threads.refetch()} />
        </div>
      ) : !threads.data ? (
        <Loading what="messages" />
      ) : threads.data.length === 0 ? (
        <EmptyState title="No messages on this phone">
          Nobody has written to {formatAddress(address)} yet. Start a conversation with this customer in the app.
        </EmptyState>
      ) : (
        <ThreadList threads={sortThreads(threads.data)} onThread={onThread} />
      )}
    </div>
  )
}

function ThreadList({ threads, onThread }: { threads: PhoneThread[]; onThread: (key: string) => void }) {
  return (
    <ul className={classes['threads']} aria-label="Threads">
      {threads.map((thread) => (
        <li key={threadKey(thread)}>
          <button type="button" onClick={() => onThread(threadKey(thread))}>
            <span className={classes['threadTop']}>
              <span className={classes['threadName']}>
                <ChannelIcon channel={thread.channel} /> {businessName(thread)}
              </span>
              <time dateTime={lastAt(thread)}>{lastAt(thread) && shortTime(lastAt(thread))}</time>
            </span>
            <span className={classes['threadLast']} dir="auto">
              {thread.messages.at(-1)?.body ?? `${channelName(thread.channel)}, no messages yet`}
            </span>
            {!thread.open && <span className={classes['closed']}>Closed: nobody would receive a reply</span>}
          </button>
        </li>
      ))}
    </ul>
  )
}
