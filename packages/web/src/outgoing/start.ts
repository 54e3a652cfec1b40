import type { CustomerSummary, OwnStart, Problem, StartRequest, StartResult, Step, StepName } from '@firstline/app/api'

/** A start as this browser sees it. What must survive a reload is `StoredStart`; the rest is asked for again. */
export type Start = StoredStart & {
  phase: StartPhase
  steps: Step[]
  result?: StartResult
  problem?: Problem
  /** The step that failed first. */
  failedAt?: StepName
  /** The worker has put it aside: it goes on, but does not take them along when it is done. */
  hidden: boolean
}
export type StoredStart = { key: string; request: StartRequest; customer: CustomerSummary; createdAt: string }

/**
 * `running` until the server is known to have finished; `offline` is running, but the server cannot be asked at the
 * moment; `undoing`: it failed, and what it had made is being taken back.
 */
export type StartPhase = 'running' | 'offline' | 'undoing' | 'succeeded' | 'failed'

/** What can happen to a start. */
export type StartNews =
  | { type: 'told'; own: OwnStart }
  | { type: 'answered'; result: StartResult }
  | { type: 'refused'; problem: Problem }
  | { type: 'unreachable' }
  | { type: 'hidden'; hidden: boolean }

const steps: StepName[] = ['checkCustomer', 'createConversation', 'getProxyAddress', 'addCustomer', 'addWorker']
/** The server forgets keys after a day. */
const keyLifeMs = 23 * 3_600_000
/** A start that is found finished takes the worker along only if they have just been waiting for it. */
const freshMs = 2 * 60_000

/** A start before anything is known of it. */
export function newStart(stored: StoredStart): Start {
  return { ...stored, phase: 'running', hidden: false, steps: steps.map((name) => ({ name, outcome: 'pending' })) }
}

/**
 * The start after some news. What is final stays: an event that was overtaken by the answer changes nothing.
 */
export function afterNews(start: Start, news: StartNews): Start {
  if (news.type === 'hidden') return { ...start, hidden: news.hidden }
  if (isFinal(start)) return start
  switch (news.type) {
    case 'answered':
      return { ...start, phase: 'succeeded', result: news.result, steps: start.steps.map(asDone) }
    case 'refused':
      return { ...start, phase: 'failed', problem: news.problem }
    case 'unreachable':
      return { ...start, phase: 'offline' }
    case 'told':
      return afterTold(start, news.own)
  }
}

/** Whether nothing more will happen to it. */
export function isFinal(start: Start): boolean {
  return start.phase === 'succeeded' || start.phase === 'failed'
}

/** The same customer on the same channel: a second tap means the first start. */
export function isSameStart(a: StartRequest, b: StartRequest): boolean {
  return a.customerId === b.customerId && a.channel.type === b.channel.type && a.channel.value === b.channel.value
}

/** Whether a stored start may still be asked for by its key. */
export function canPickUp(stored: StoredStart, now = Date.now()): boolean {
  return now - Date.parse(stored.createdAt) < keyLifeMs
}

/** Whether the worker is still waiting for a start that was picked up and turned out to be finished. */
export function isAwaited(stored: StoredStart, now = Date.now()): boolean {
  return now - Date.parse(stored.createdAt) < freshMs
}

function afterTold(start: Start, own: OwnStart): Start {
  const told: Start = {
    ...start,
    steps: own.steps,
    customer: { ...start.customer, ...own.customer },
    ...(own.failedAt && { failedAt: own.failedAt }),
  }
  if (own.state === 'succeeded' && own.result) return { ...told, phase: 'succeeded', result: own.result }
  if (own.state === 'failed' && own.problem) return { ...told, phase: 'failed', problem: own.problem }
  return { ...told, phase: own.state === 'undoing' ? 'undoing' : 'running' }
}

function asDone(step: Step): Step {
  return step.outcome === 'pending' || step.outcome === 'running' ? { ...step, outcome: 'done' } : step
}
