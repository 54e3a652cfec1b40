import type {
  Attempt,
  AttemptCall,
  AttemptDetails,
  AttemptStep,
  CallbackExchange,
  Step,
  StepName,
} from '@firstline/app/api'
import { type Callback, callbacks } from './callbacks.ts'
import { stepLabels } from './waterfall.ts'

/** What is to be told of a start that failed, besides the story itself. */
export type Advice = {
  code: number
  title: string
  /** Why, from the general to what was seen in this very case. */
  why: string[]
  todo: string
  /** The callback that caused it: it can be tried again from here. */
  exchange?: CallbackExchange
}

/** What an error of the contract says of itself before it comes to the case: `48004 Callback returned an error: `. */
const contractPrefix = /^48\d{3} [^:]*(: |$)/

/** The callback that a location belongs to. */
export function callbackOf(location: string): Callback | undefined {
  return callbacks.find((callback) => callback.locations.some((each) => each.location === location))
}

/** Why a start failed and what to do about it, in plain words; nothing for one that did not fail. */
export function adviceFor(details: AttemptDetails): Advice | undefined {
  const { attempt, problem, exchanges, calls } = details
  if (!problem) return undefined
  const step = failedStep(attempt)
  const exchange = exchanges.find(({ outcome, verdict, location }) => {
    return !verdict.ok && outcome !== 'givenUp' && (!step || location === locations[step.name])
  })
  const verdict = exchange && !exchange.verdict.ok ? exchange.verdict : undefined
  const cause = problem.cause ?? verdict?.cause
  const isNew = (detail: string | undefined) => detail && !cause?.toLowerCase().includes(bare(detail))
  const stepDetail = step?.detail?.replace(contractPrefix, '')
  const why = [
    cause,
    exchange && isNew(verdict?.detail) ? `${exchange.location}: ${sentence(verdict?.detail ?? '')}` : undefined,
    verdict ? undefined : callWords(refusedCall(calls, step)),
    // The verdict says the same, better.
    !verdict && step && isNew(stepDetail) ? `${stepLabels[step.name]}: ${sentence(stepDetail ?? '')}` : undefined,
  ]
  return {
    code: problem.code,
    title: problem.title,
    why: why.filter((each) => each !== undefined),
    todo: problem.remedy ?? verdict?.remedy ?? generalRemedy(problem.retryable),
    ...(exchange && { exchange }),
  }
}

/** What a step asks of the integration service. */
const locations: Partial<Record<StepName, string>> = {
  checkCustomer: 'GetCustomerDetailsByCustomerId',
  getProxyAddress: 'GetProxyAddress',
}

/** The step at which an attempt stopped, whatever has become of it since. */
export function failedStep({ failedAt, steps }: Pick<Attempt, 'failedAt' | 'steps'>): AttemptStep | undefined {
  return steps.find(({ name }) => name === failedAt)
}

/** The engine's refusal that ended the attempt: the last one of the step that failed, before it was taken back. */
export function refusedCall(calls: readonly AttemptCall[], step?: Step): AttemptCall | undefined {
  // A look that finds nothing is no refusal.
  const isLook = ({ method, status }: AttemptCall) => method === 'DELETE' || (method === 'GET' && status === 404)
  return calls.findLast((call) => isRefused(call) && !isLook(call) && (!step || call.step === step.name))
}

/** An answer that is no success, or none. */
export function isRefused({ status }: AttemptCall): boolean {
  return status === undefined || status >= 400
}

function callWords(call: AttemptCall | undefined): string | undefined {
  if (!call) return undefined
  const what = `${call.method} ${call.path}`
  if (call.status === undefined) return `The engine did not answer ${what}.`
  const code = call.code === undefined ? '' : ` and code ${call.code}`
  return `The engine answered ${what} with ${call.status}${code}.`
}

function generalRemedy(retryable: boolean): string {
  return retryable
    ? 'It may work when the worker tries again. If it stays, look at the server log for the attempt below.'
    : 'Look at the server log for the attempt below.'
}

function bare(text: string): string {
  return text.toLowerCase().replace(/[.!]$/, '')
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?…]$/.test(begun) ? begun : `${begun}.`
}
