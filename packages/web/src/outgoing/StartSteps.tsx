import { Loader } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconMinus, IconX } from '@tabler/icons-react'
import { duration } from '../shared/format.ts'
import classes from './StartDialog.module.css'
import type { Start } from './start.ts'
import { lookOf, lookWords, type StepLook, stepWords } from './words.ts'

/** In words where a time would say nothing. */
const told: readonly StepLook[] = ['notDone', 'undoing', 'undone']

/** The five steps, with what became of each so far. */
export function StartSteps({ start }: { start: Start }) {
  return (
    <ol className={classes['steps']}>
      {start.steps.map((step) => {
        const look = lookOf(step, start)
        return (
          <li key={step.name} className={classes['step']} data-outcome={look}>
            <span className={classes['mark']} aria-hidden>
              <Mark look={look} />
            </span>
            <span className={classes['words']} dir="auto">
              {stepWords(step.name, start.customer.displayName)}
            </span>
            <span className={classes['outcome']}>
              {told.includes(look) ? lookWords[look] : <Took look={look} ms={step.ms} />}
            </span>
          </li>
        )
      })}
    </ol>
  )
}

/** How long it took; what came of it is seen by the mark, and heard. */
function Took({ look, ms }: { look: StepLook; ms: number | undefined }) {
  return (
    <>
      <span className={classes['hidden']}>{lookWords[look]}, </span>
      {ms !== undefined && duration(ms)}
    </>
  )
}

function Mark({ look }: { look: StepLook }) {
  if (look === 'running' || look === 'undoing') return <Loader size={16} />
  if (look === 'done') return <IconCheck size={15} stroke={2.6} />
  if (look === 'failed') return <IconX size={15} stroke={2.6} />
  if (look === 'notDone') return <IconMinus size={15} stroke={2.2} />
  if (look === 'undone') return <IconArrowBackUp size={15} stroke={2.2} />
  return null
}
