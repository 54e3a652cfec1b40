import type { Attempt } from '@firstline/app/api'
import { IconCircleCheckFilled, IconCircleXFilled, IconProgress } from '@tabler/icons-react'
import { stateWords } from './attempt-words.ts'
import classes from './waterfall.module.css'

const icons = { good: IconCircleCheckFilled, bad: IconCircleXFilled, busy: IconProgress }

/** The state of an attempt: an icon, words and a colour, any one of which is enough. */
export function AttemptState({ attempt }: { attempt: Attempt }) {
  const { label, tone } = stateWords(attempt)
  const Icon = icons[tone]
  return (
    <span className={classes['state']} data-tone={tone}>
      <Icon size={17} aria-hidden />
      {label}
    </span>
  )
}
