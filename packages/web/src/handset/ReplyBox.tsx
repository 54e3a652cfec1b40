import { ActionIcon } from '@mantine/core'
import { IconArrowUp } from '@tabler/icons-react'
import { type KeyboardEvent, useEffect, useRef, useState } from 'react'
import classes from './HandsetPage.module.css'

/** What a carrier takes in one message. */
const longest = 1_600

/** Enter sends, Shift and Enter make a new line. */
export function ReplyBox({ onReply, disabled }: { onReply: (body: string) => void; disabled: boolean }) {
  const [body, setBody] = useState('')
  const field = useRef<HTMLTextAreaElement>(null)
  useEffect(() => field.current?.focus({ preventScroll: true }), [])
  function submit() {
    if (body.trim() === '' || disabled) return
    onReply(body.trim())
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
        placeholder={disabled ? 'Closed' : 'Reply as the customer'}
        value={body}
        maxLength={longest}
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
        disabled={disabled || body.trim() === ''}
      >
        <IconArrowUp size={20} aria-hidden />
      </ActionIcon>
    </form>
  )
}
