import type { StepOutcome } from '@firstline/app/api'
import { Loader } from '@mantine/core'
import { IconArrowBackUp, IconCheck, IconX } from '@tabler/icons-react'
import { duration } from '../shared/format.ts'
import classes from './StartDialog.module.css'
import type { Start } from './start.ts'
import { stepWords } from './words.ts'

const outcomeWords: Record<StepOutcome, string> = {
  pending: 'waiting',
  running: 'under way',
  done: 'done',
  failed: 'failed',
  undoing: 'being taken back',
  undone: 'taken back',
}

/** The five steps, with what became of each so far. */
export function StartSteps({ start }: { start: Start }) {
  return (
    <ol className={classes['steps']}>
      {start.steps.map((step) => (
        <li key={step.name} className={classes['step']} data-outcome={step.outcome}>
          <span className={classes['mark']} aria-hidden>
            <Mark outcome={step.outcome} />
          </span>
          <span className={classes['words']} dir="auto">
            {stepWords(step.name, start.customer.displayName)}
          </span>
          <span className={classes['outcome']}>
            <span className={classes['hidden']}>{outcomeWords[step.outcome]}, </span>
            {step.outcome === 'undone' || step.outcome === 'undoing'
              ? outcomeWords[step.outcome]
              : step.ms !== undefined && duration(step.ms)}
          </span>
        </li>
      ))}
    </ol>
  )
}

function Mark({ outcome }: { outcome: StepOutcome }) {
  if (outcome === 'running' || outcome === 'undoing') return <Loader size={16} />
  if (outcome === 'done') return <IconCheck size={15} stroke={2.6} />
  if (outcome === 'failed') return <IconX size={15} stroke={2.6} />
  if (outcome === 'undone') return <IconArrowBackUp size={15} stroke={2.2} />
  return null
}
