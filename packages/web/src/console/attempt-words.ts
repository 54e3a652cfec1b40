import type { Attempt, AttemptDetails, CallbackExchange } from '@firstline/app/api'
import { failedStep } from './attempt-advice.ts'
import { shortName } from './short-name.ts'
import { formatMs, stepLabels } from './waterfall.ts'

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
  const who = shortName(attempt.workerName)
  const whom = shortName(attempt.customer.displayName)
  const failed = failedStep(attempt)
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

/** Why there are fewer callbacks than one may look for; nothing when all are there. */
export function missingExchanges({ attempt, exchanges }: AttemptDetails, keptFor: string): string | undefined {
  const asked = (location: string) => exchanges.some((exchange) => exchange.location === location)
  const step = (name: string) => attempt.steps.find((each) => each.name === name)
  const checked = step('checkCustomer')?.outcome === 'done'
  if (exchanges.length === 0 && (!checked || step('getProxyAddress')?.outcome === 'done')) {
    return `No callback was made for this start, or it is older than the ${keptFor} for which they are kept.`
  }
  if (!checked || asked('GetCustomerDetailsByCustomerId')) return undefined
  return 'The CRM was not asked again: what it had said of this customer was less than a minute old.'
}

/** For a callback that was made before the start which went on with its answer; nothing for its own. */
export function madeBefore(exchange: CallbackExchange, { startedAt }: Pick<Attempt, 'startedAt'>): string | undefined {
  const ms = Date.parse(startedAt) - Date.parse(exchange.at)
  return exchange.attemptId === undefined && ms > 0 ? `${formatMs(ms)} before the start` : undefined
}
