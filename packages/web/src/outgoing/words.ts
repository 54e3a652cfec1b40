import type { Step, StepName, StepOutcome } from '@firstline/app/api'
import type { Start } from './start.ts'

/**
 * What became of a step, as it is shown. `notDone`: it ended only because the start had failed elsewhere; `notReached`:
 * its turn never came.
 */
export type StepLook = StepOutcome | 'notDone' | 'notReached'

export const lookWords: Record<StepLook, string> = {
  pending: 'waiting',
  running: 'under way',
  done: 'done',
  failed: 'failed',
  notDone: 'not done',
  notReached: 'not reached',
  undoing: 'being taken back',
  undone: 'taken back',
}

/** Of a start that failed one step looks like it, whatever was taken back since: the one that failed first. */
export function lookOf({ name, outcome, givenUp }: Step, { failedAt }: Pick<Start, 'failedAt'>): StepLook {
  if (name === failedAt) return 'failed'
  if (outcome === 'failed' && (failedAt || givenUp)) return 'notDone'
  return outcome === 'pending' && failedAt ? 'notReached' : outcome
}

/** What a step does, for the worker. */
export function stepWords(name: StepName, customerName: string): string {
  switch (name) {
    case 'checkCustomer':
      return 'Checking the customer'
    case 'createConversation':
      return 'Creating the conversation'
    case 'getProxyAddress':
      return 'Asking which number to use'
    case 'addCustomer':
      return `Adding ${customerName}`
    case 'addWorker':
      return 'Adding you'
  }
}

/** How things stand, in a sentence. Read out by screen readers when it changes. */
export function startWords(start: Start): string {
  const name = start.customer.displayName
  switch (start.phase) {
    case 'offline':
      return 'Connection lost – still trying. Nothing will be started twice.'
    case 'undoing':
      return 'That did not work. Taking back what was begun…'
    case 'succeeded':
      return `The conversation with ${name} is ready.`
    case 'failed':
      return 'The conversation could not be started.'
    case 'running': {
      const step = start.steps.findLast(({ outcome }) => outcome === 'running')
      return step ? `${stepWords(step.name, name)}…` : 'One moment…'
    }
  }
}
