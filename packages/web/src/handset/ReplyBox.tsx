import type { ChannelType } from '@firstline/app/api'
import { ActionIcon } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { RoomLeft } from '../shared/RoomLeft.tsx'
import { roomLeft, roomWords } from '../shared/room-left.ts'
import classes from './HandsetPage.module.css'

type ReplyBoxProps = { channel: ChannelType; onReply: (body: string) => void; disabled: boolean }

/** Enter sends, Shift and Enter make a new line. */
export function ReplyBox({ channel, onReply, disabled }: ReplyBoxProps) {
  const [body, setBody] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus({ preventScroll: true }), [])
  const text = body.trim()
  const tooLong = roomLeft(channel, text) < 0
  const room = roomWords(channel, text)
  function submit() {
    if (!text || tooLong || disabled) return
    onReply(text)
    setBody('')
    field.current?.focus()
  }
  function onKeyDown(event: KeyboardEvent) {
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    submit()
  }
  return (
    <form
      className={classes['reply']}
      onSubmit={(event) => {
        event.preventDefault()
        submit()
      }}
    >
      <textarea
        ref={field}
        rows={1}
        dir="auto"
        aria-label="Reply as the customer"
        aria-describedby={room && 'reply-count'}
        placeholder={disabled ? 'Closed' : 'Reply as the customer'}
        value={body}
        disabled={disabled}
        onChange={(event) => setBody(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <ActionIcon
        type="submit"
        variant="filled"
        color="line"
        radius="xl"
        size={36}
        aria-label="Send"
        disabled={disabled || !text || tooLong}
      >
        <IconArrowUp size={20} aria-hidden />
      </ActionIcon>
      <RoomLeft id="reply-count" words={room} isOver={tooLong} />
    </form>
  )
}
