import type { PhoneThread } from '@firstline/app/api'
import { useLayoutEffect, useRef } from 'react'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName, clockTime, dayName } from '../shared/format.ts'
import { Back } from './Back.tsx'
import { businessName } from './business-name.ts'
import classes from './HandsetPage.module.css'
import { ReplyBox } from './ReplyBox.tsx'
import { type Unsent, useUnsent } from './use-unsent.ts'

type ThreadScreenProps = {
  address: string
  owner: string
  thread: PhoneThread
  backTo: 'threads' | 'phones'
  onBack: () => void
}

/** The messages with one of the business's numbers, from the customer's side: their own on the right. */
export function ThreadScreen({ address, owner, thread, backTo, onBack }: ThreadScreenProps) {
  const { unsent, reply, tryAgain } = useUnsent(address, thread)
  const list = useRef<HTMLDivElement>(null)
  const count = thread.messages.length + unsent.length
  const failures = unsent.filter((message) => message.problem).length
  // biome-ignore lint/correctness/useExhaustiveDependencies: whatever is added, and a failure's words, come into sight
  useLayoutEffect(() => {
    if (list.current) list.current.scrollTop = list.current.scrollHeight
  }, [count, failures])
  return (
    <div className={classes['screen']}>
      <header className={classes['bar']}>
        <Back
          label={backTo === 'threads' ? 'Back to the threads of this phone' : 'Back to the phones'}
          onlyNarrow={backTo === 'phones'}
          onClick={onBack}
        />
        <div className={classes['barWords']}>
          <h2>{businessName(thread)}</h2>
          <p>
            <ChannelIcon channel={thread.channel} size={14} />
            <span>
              {channelName(thread.channel)} on <bdi>{owner}</bdi>’s phone
            </span>
          </p>
        </div>
      </header>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus */}
      <div ref={list} className={classes['messages']} role="log" aria-label="Messages" tabIndex={0}>
        {count === 0 && (
          <p className={classes['day']}>No messages yet. Write as the customer, or wait for the worker.</p>
        )}
        {thread.messages.map((message, index) => {
          const day = dayName(message.at)
          const before = thread.messages[index - 1]
          return (
            <div key={message.sid} className={classes['turn']}>
              {(!before || dayName(before.at) !== day) && <p className={classes['day']}>{day}</p>}
              <Bubble from={message.from} body={message.body} foot={clockTime(message.at)} />
            </div>
          )
        })}
        {unsent.map((message) => (
          <div key={message.messageId} className={classes['turn']}>
            <Bubble from="customer" body={message.body} foot={footOf(message)} failed={message.problem !== undefined} />
            {message.problem?.retryable && (
              <button type="button" className={classes['again']} onClick={() => tryAgain(message.messageId)}>
                Try again
              </button>
            )}
          </div>
        ))}
      </div>
      {thread.open || thread.channel !== 'chat' ? (
        <>
          {!thread.open && (
            <p className={classes['notice']} role="status">
              Nobody listens: the conversation is closed, so a reply would not arrive.
            </p>
          )}
          <ReplyBox channel={thread.channel} onReply={reply} disabled={!thread.open} />
        </>
      ) : (
        <p className={classes['notice']} role="status">
          This chat is closed. A worker has to start a new one.
        </p>
      )}
    </div>
  )
}

function footOf(message: Unsent): string {
  if (!message.problem) return 'Sending…'
  return message.problem.status === 404
    ? 'Not delivered: nobody listens at this number'
    : `Not sent: ${message.problem.detail}`
}

type BubbleProps = { from: 'customer' | 'business'; body: string; foot: string; failed?: boolean }
function Bubble({ from, body, foot, failed }: BubbleProps) {
  return (
    <div className={classes['bubble']} data-from={from} data-failed={failed || undefined}>
      <span className={classes['forEars']}>{from === 'customer' ? 'You: ' : 'Business: '}</span>
      <span className={classes['text']} dir="auto">
        {body}
      </span>
      <span className={classes['foot']}>{foot}</span>
    </div>
  )
}
