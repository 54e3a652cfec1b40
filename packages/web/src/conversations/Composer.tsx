import type { Conversation } from '@firstline/app/api'
import { ActionIcon } from '@mantine/core'
import { IconArrowUp, IconTemplate } from '@tabler/icons-react'
import { type FormEvent, type KeyboardEvent, useEffect, useRef, useState } from 'react'
import { RoomLeft } from '../shared/RoomLeft.tsx'
import { roomLeft, roomWords } from '../shared/room-left.ts'
import { arrivedByNavigation } from '../shell/navigation.ts'
import classes from './Composer.module.css'
import { sendMessage } from './outbox.ts'
import { TemplateDialog } from './TemplateDialog.tsx'
import { useArrival } from './use-arrival.ts'
import { useDraft } from './use-draft.ts'

/** Enter sends, Shift+Enter begins a new line. What is not sent stays for the next visit. */
export function Composer({ conversation: { sid, displayName, channel } }: { conversation: Conversation }) {
  const [draft, setDraft] = useDraft(sid)
  const [choosing, setChoosing] = useState(false)
  const field = useRef<HTMLTextAreaElement>(null)
  const arrived = useArrival() !== undefined
  useEffect(() => {
    // On a phone the keyboard would cover what the worker came to read, but for a start they came to write.
    const fine = window.matchMedia('(pointer: fine)').matches
    if (arrived || (fine && arrivedByNavigation())) field.current?.focus({ preventScroll: true })
  }, [arrived])

  const text = draft.trim()
  const tooLong = roomLeft(channel, text) < 0
  const room = roomWords(channel, text)
  const send = () => {
    if (!text || tooLong) return
    sendMessage(sid, { body: text })
    setDraft('')
    field.current?.focus()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    send()
  }
  const pressed = (event: KeyboardEvent) => {
    // While a Chinese or Japanese word is being composed, Enter chooses it.
    if (event.key !== 'Enter' || event.shiftKey || event.nativeEvent.isComposing) return
    event.preventDefault()
    send()
  }
  return (
    <form className={classes['composer']} onSubmit={submit}>
      <ActionIcon size={42} radius="xl" aria-label="Templates" title="Templates" onClick={() => setChoosing(true)}>
        <IconTemplate size={21} aria-hidden />
      </ActionIcon>
      <div className={classes['field']} data-text={`${draft}\n`}>
        <textarea
          ref={field}
          rows={1}
          dir="auto"
          aria-label={`Message to ${displayName.slice(0, 80)}`}
          aria-describedby={room && 'composer-count'}
          placeholder="Write a message"
          enterKeyHint="send"
          value={draft}
          onChange={(event) => setDraft(event.currentTarget.value)}
          onKeyDown={pressed}
        />
      </div>
      <ActionIcon
        type="submit"
        variant="filled"
        color="line"
        size={42}
        radius="xl"
        aria-label="Send"
        title="Send"
        disabled={!text || tooLong}
      >
        <IconArrowUp size={21} stroke={2.2} aria-hidden />
      </ActionIcon>
      <RoomLeft id="composer-count" words={room} isOver={tooLong} />
      <TemplateDialog sid={sid} opened={choosing} onClose={() => setChoosing(false)} all />
    </form>
  )
}
