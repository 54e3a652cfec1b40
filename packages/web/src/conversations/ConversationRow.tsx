import type { Conversation } from '@firstline/app/api'
import { Link } from '@tanstack/react-router'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName, fullTime, shortTime } from '../shared/format.ts'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import row from '../shared/Row.module.css'
import { StatusIcon } from './StatusIcon.tsx'

/** A conversation in the list: who, on which channel, what was said last and when. */
export function ConversationRow({ conversation, active }: { conversation: Conversation; active: boolean }) {
  const { sid, displayName, avatar, channel, lastMessage, unreadCount, updatedAt } = conversation
  return (
    <Link
      to="/conversations/$sid"
      params={{ sid }}
      className={row['row']}
      data-active={active || undefined}
      data-unread={unreadCount > 0 || undefined}
      aria-current={active || undefined}
    >
      <PersonAvatar name={displayName} {...(avatar ? { avatar } : {})} size={46} />
      <span className={row['lines']}>
        <span className={row['line']}>
          <span className={row['name']} dir="auto">
            {displayName}
          </span>
          <span className={row['aside']}>
            <ChannelIcon channel={channel} size={14} />
            <span className={row['hidden']}>{channelName(channel)}, </span>
            <time dateTime={updatedAt} title={fullTime(updatedAt)}>
              {shortTime(updatedAt)}
            </time>
          </span>
        </span>
        <span className={row['line']}>
          {lastMessage?.direction === 'outbound' && <StatusIcon status={lastMessage.status} />}
          <span className={row['preview']} dir="auto">
            {lastMessage ? lastMessage.body : 'No messages yet'}
          </span>
          {unreadCount > 0 && (
            <span className={row['badge']}>
              {unreadCount > 99 ? '99+' : unreadCount}
              <span className={row['hidden']}> unread</span>
            </span>
          )}
        </span>
      </span>
    </Link>
  )
}
