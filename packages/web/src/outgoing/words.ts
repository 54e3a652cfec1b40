import type { StepName } from '@firstline/app/api'
import type { Start } from './start.ts'

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
