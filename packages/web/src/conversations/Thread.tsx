import type { Conversation } from '@firstline/app/api'
import { IconArrowDown, IconMessageCircle } from '@tabler/icons-react'
import { Fragment } from 'react'
import { EmptyState } from '../shared/EmptyState.tsx'
import { dayName } from '../shared/format.ts'
import { Loading } from '../shared/Loading.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import { ScrollEnd } from '../shared/ScrollEnd.tsx'
import { MessageBubble } from './MessageBubble.tsx'
import { OutgoingBubble } from './OutgoingBubble.tsx'
import classes from './Thread.module.css'
import type { Entry } from './timeline.ts'
import { useMarkRead } from './use-mark-read.ts'
import { useNewMessages } from './use-new-messages.ts'
import { useThreadScroll } from './use-thread-scroll.ts'
import { useTimeline } from './use-timeline.ts'

type ThreadProps = { conversation: Conversation /** What to do when nothing was said yet. */; hint: string }

/** What was said, day by day. */
export function Thread({ conversation, hint }: ThreadProps) {
  const { entries, loaded, problem, retry, hasEarlier, loadingEarlier, loadEarlier } = useTimeline(conversation.sid)
  const { frame, content, atEnd, toEnd } = useThreadScroll(entries[0]?.id)
  const { unseen, announcement } = useNewMessages(entries, loaded, atEnd, toEnd)
  useMarkRead(conversation, atEnd && loaded)
  const days = byDay(entries)
  const lastOwn = entries.findLast(({ message }) => message?.direction !== 'inbound')?.id
  return (
    <div className={classes['thread']}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <div ref={frame} className={classes['frame']} tabIndex={0} role="log" aria-label="Messages" aria-live="off">
        <div ref={content} className={classes['content']}>
          {problem ? (
            <ProblemNotice problem={problem} onRetry={retry} />
          ) : (
            hasEarlier && (
              <ScrollEnd
                label="Load earlier messages"
                loadingLabel="Loading earlier messages…"
                loading={loadingEarlier}
                onReach={loadEarlier}
              />
            )
          )}
          {!loaded && !problem && <Loading what="messages" />}
          {loaded && entries.length === 0 && (
            <EmptyState icon={<IconMessageCircle />} title="Nothing said yet">
              {hint}
            </EmptyState>
          )}
          {days.map(({ day, of }) => (
            <Fragment key={day}>
              <h2 className={classes['day']}>{day}</h2>
              {of.map((entry, at) => (
                <OneOf
                  key={entry.id}
                  entry={entry}
                  startsGroup={startsGroup(of[at - 1], entry)}
                  isLastOwn={entry.id === lastOwn}
                  sid={conversation.sid}
                />
              ))}
            </Fragment>
          ))}
        </div>
      </div>
      {!atEnd && (
        <button type="button" className={classes['pill']} onClick={toEnd} data-unseen={unseen > 0 || undefined}>
          <IconArrowDown size={16} aria-hidden />
          {unseen > 0 ? `${unseen} new ${unseen === 1 ? 'message' : 'messages'}` : 'Latest'}
        </button>
      )}
      <div className={classes['hidden']} role="status">
        {announcement}
      </div>
    </div>
  )
}

type OneOfProps = { entry: Entry; startsGroup: boolean; isLastOwn: boolean; sid: string }
function OneOf({ entry, ...rest }: OneOfProps) {
  return entry.message ? (
    <MessageBubble message={entry.message} {...rest} />
  ) : (
    <OutgoingBubble outgoing={entry.outgoing} startsGroup={rest.startsGroup} />
  )
}

function byDay(entries: Entry[]): { day: string; of: Entry[] }[] {
  const days: { day: string; of: Entry[] }[] = []
  for (const entry of entries) {
    const day = dayName(entry.at)
    const last = days.at(-1)
    if (last?.day === day) last.of.push(entry)
    else days.push({ day, of: [entry] })
  }
  return days
}

/** A little more space where the speaker changes. */
function startsGroup(before: Entry | undefined, entry: Entry): boolean {
  return !before || speaker(before) !== speaker(entry)
}

function speaker({ message }: Entry): string {
  return message?.direction === 'inbound' ? message.author.identity : ''
}
