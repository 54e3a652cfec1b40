import type { Attempt, AttemptStep, Step, StepName, StepOutcome } from '@firstline/app/api'

/** One step as it is drawn. `left` and `width` are fractions (0 to 1) of the whole drawing. */
export type Bar = {
  name: StepName
  label: string
  outcome: StepOutcome
  /** The outcome as it is said, and what it looks like. */
  words: string
  look: StepOutcome
  /** From the start of the attempt; absent when the step never began. */
  offsetMs?: number
  ms?: number
  left: number
  width: number
  detail?: string
}
export type Tick = { ms: number; left: number }
export type Waterfall = { totalMs: number; bars: Bar[]; ticks: Tick[] }

/** What each step is called on screen. */
export const stepLabels: Record<StepName, string> = {
  checkCustomer: 'Check the customer',
  createConversation: 'Create the conversation',
  getProxyAddress: 'Ask for the business number',
  addCustomer: 'Add the customer',
  addWorker: 'Add the worker',
}

export const outcomeWords: Record<StepOutcome, string> = {
  pending: 'not reached',
  running: 'running',
  done: 'done',
  failed: 'failed',
  undoing: 'being undone',
  undone: 'undone',
}

/** Whatever was taken back since: the step that failed looks like it, and those that it brought down do not. */
function saidOf({ name, outcome, givenUp }: AttemptStep, failedAt?: StepName): Pick<Bar, 'words' | 'look'> {
  const since = outcome === 'failed' ? '' : `, ${outcomeWords[outcome]}`
  if (name === failedAt) return { words: `failed${since}`, look: 'failed' }
  if (givenUp) return { words: `given up${since}`, look: 'undone' }
  return { words: outcomeWords[outcome], look: outcome }
}

/** Thinner than this a bar could not be seen. */
const narrowest = 0.012

/**
 * Where each step of an attempt is drawn. A step that is still running reaches to `now` (ms since 1970).
 *
 * @example waterfallOf(attempt, Date.now()).bars[1] // { name: 'createConversation', left: 0.1, width: 0.4, … }
 */
export function waterfallOf(attempt: Pick<Attempt, 'startedAt' | 'ms' | 'steps' | 'failedAt'>, now: number): Waterfall {
  const startedAt = Date.parse(attempt.startedAt)
  const placed = attempt.steps.map((step) => ({ step, ...spanOf(step, startedAt, now) }))
  const totalMs = Math.max(1, attempt.ms ?? 0, ...placed.map((each) => (each.offsetMs ?? 0) + (each.ms ?? 0)))
  const bars = placed.map(({ step, offsetMs, ms }): Bar => {
    const width = offsetMs === undefined ? 0 : Math.max(narrowest, (ms ?? 0) / totalMs)
    const left = offsetMs === undefined ? 0 : Math.min(offsetMs / totalMs, 1 - width)
    return {
      name: step.name,
      label: stepLabels[step.name],
      outcome: step.outcome,
      ...saidOf(step, attempt.failedAt),
      left,
      width,
      ...(offsetMs === undefined ? {} : { offsetMs }),
      ...(ms === undefined ? {} : { ms }),
      ...(step.detail ? { detail: step.detail } : {}),
    }
  })
  return { totalMs, bars, ticks: ticksOf(totalMs) }
}

type Placed = { offsetMs?: number; ms?: number }
function spanOf(step: Step & { offsetMs?: number }, attemptStartedAt: number, now: number): Placed {
  if (step.outcome === 'pending' && step.startedAt === undefined) return {}
  const offset =
    step.offsetMs ?? (step.startedAt === undefined ? undefined : Date.parse(step.startedAt) - attemptStartedAt)
  if (offset === undefined || Number.isNaN(offset)) return {}
  const offsetMs = Math.max(0, offset)
  if (step.ms !== undefined) return { offsetMs, ms: Math.max(0, step.ms) }
  return step.outcome === 'running' ? { offsetMs, ms: Math.max(0, now - attemptStartedAt - offsetMs) } : { offsetMs }
}

/** Three to six round times across the drawing, 0 included. */
export function ticksOf(totalMs: number): Tick[] {
  const rough = totalMs / 5
  const magnitude = 10 ** Math.floor(Math.log10(rough))
  const step = Math.max(1, [1, 2, 5, 10].map((each) => each * magnitude).find((each) => each >= rough) ?? totalMs)
  const ticks: Tick[] = []
  for (let ms = 0; ms <= totalMs; ms += step) ticks.push({ ms, left: ms / totalMs })
  return ticks
}

/**
 * Milliseconds for people: whole below a second, then seconds with as many digits as mean something.
 *
 * @example formatMs(1240) // '1.24 s'
 */
export function formatMs(ms: number): string {
  if (ms > 0 && ms < 1) return '<1 ms'
  if (ms < 999.5) return `${Math.round(ms)} ms`
  if (ms < 9_995) return `${(ms / 1000).toFixed(2)} s`
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`
  const seconds = Math.round(ms / 1000)
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`
}

/** The drawing in one sentence, for those who hear it. */
export function describeWaterfall(waterfall: Waterfall): string {
  const steps = waterfall.bars.map((bar) => {
    if (bar.offsetMs === undefined) return `${bar.label}: ${bar.words}`
    const took = bar.ms === undefined ? '' : `, took ${formatMs(bar.ms)}`
    return `${bar.label}: ${bar.words}, began at ${formatMs(bar.offsetMs)}${took}`
  })
  return `${steps.join('; ')}.`
}
