import type { AttemptFilter, AttemptState, Worker } from '@firstline/app/api'
import { startCodes } from '../codes.ts'
import { shortName } from '../short-name.ts'
import type { CallbackFilter } from './callback-filter.ts'
import { rangeWords } from './time-range.ts'

/** A filter that is on: what it says, and the parts of the filter that removing it takes away. */
export type Chip<Name extends string> = { label: string; parts: Name[] }

export const stateLabels: Record<AttemptState, string> = {
  succeeded: 'Started',
  failed: 'Failed',
  running: 'Starting',
  undoing: 'Being undone',
}

/** The filters of Activity that are on, in the order of the fields. */
export function attemptChips(filter: AttemptFilter, workers: readonly Worker[]): Chip<keyof AttemptFilter>[] {
  const { worker, customer, state, code, from, to, search } = filter
  return [
    ...chip(search, (id) => ({ label: `ID ${shortId(id)}`, parts: ['search' as const] })),
    ...chip(customer, (text) => ({ label: `Customer: ${shortName(text)}`, parts: ['customer' as const] })),
    ...chip(worker, (identity) => ({ label: workerWords(identity, workers), parts: ['worker' as const] })),
    ...chip(state, (name) => ({ label: stateLabels[name], parts: ['state' as const] })),
    ...chip(code, (number) => ({ label: codeWords(number), parts: ['code' as const] })),
    ...chip(from ?? to, () => ({ label: timeWords(filter), parts: ['from' as const, 'to' as const] })),
  ]
}

/** The same for the log of callbacks; the verdict has a control that is always in sight. */
export function callbackChips(filter: CallbackFilter, workers: readonly Worker[]): Chip<keyof CallbackFilter>[] {
  const { location, worker, from, to } = filter
  return [
    ...chip(location, (name) => ({ label: name, parts: ['location' as const] })),
    ...chip(worker, (identity) => ({ label: workerWords(identity, workers), parts: ['worker' as const] })),
    ...chip(from ?? to, () => ({ label: timeWords(filter), parts: ['from' as const, 'to' as const] })),
  ]
}

function chip<Value, Made>(value: Value | undefined, make: (value: Value) => Made): Made[] {
  return value === undefined ? [] : [make(value)]
}

function workerWords(identity: string, workers: readonly Worker[]): string {
  const worker = workers.find((each) => each.identity === identity)
  return `Worker: ${shortName(worker?.displayName ?? identity)}`
}

function codeWords(code: number): string {
  const known = startCodes.find((each) => each.code === code)
  return known ? `${code} ${known.title}` : `Code ${code}`
}

function timeWords(filter: { from?: string; to?: string }): string {
  const words = rangeWords(filter)
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** Ids are told apart by their beginning and their end. */
function shortId(id: string): string {
  return id.length <= 14 ? id : `${id.slice(0, 8)}…${id.slice(-4)}`
}
