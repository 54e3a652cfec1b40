import type { Attempt } from '@firstline/app/api'
import { shortName } from './short-name.ts'
import { stepLabels } from './waterfall.ts'

export type Tone = 'good' | 'bad' | 'busy'
export type StateWords = { label: string; tone: Tone }

/** The state of an attempt in a word or three. */
export function stateWords(attempt: Pick<Attempt, 'state' | 'reused'>): StateWords {
  if (attempt.state === 'running') return { label: 'Starting', tone: 'busy' }
  if (attempt.state === 'undoing') return { label: 'Undoing', tone: 'busy' }
  if (attempt.state === 'failed') return { label: 'Failed', tone: 'bad' }
  return { label: attempt.reused ? 'Joined existing' : 'Started', tone: 'good' }
}

/** What an attempt came to, as one would tell a colleague. */
export function attemptStory(attempt: Attempt): string {
  const who = shortName(attempt.worker.displayName)
  const whom = shortName(attempt.customer.displayName)
  const failed = attempt.steps.find((step) => step.outcome === 'failed')
  if (attempt.state === 'running') return `${who} is starting a conversation with ${whom}.`
  if (attempt.state === 'succeeded') {
    if (attempt.reused) return `There was already a conversation with ${whom}; ${who} was taken to it.`
    const from = attempt.proxyAddress ? ` from ${attempt.proxyAddress}` : ''
    return `${who} started a conversation with ${whom}${from}.`
  }
  const where = failed ? ` at “${stepLabels[failed.name]}”` : ''
  const undone = attempt.steps.some((step) => step.outcome === 'undone')
  const taken = undone ? ' What had been made was taken back.' : ' Nothing had been made that needed taking back.'
  return `${who} could not start a conversation with ${whom}: it stopped${where}.${
    attempt.state === 'undoing' ? ' What had been made is being taken back.' : taken
  }`
}
