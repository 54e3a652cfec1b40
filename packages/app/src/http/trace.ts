/**
 * W3C Trace Context (https://www.w3.org/TR/trace-context/): what a request makes happen elsewhere carries its trace,
 * so that callbacks and engine calls can be found beside the logs of whoever answered them.
 */
import { AsyncLocalStorage } from 'node:async_hooks'
import { randomBytes } from 'node:crypto'
import { createMiddleware } from 'hono/factory'
import type { StepName } from '../api.ts'

/** `id` is 32 hex digits. */
export type Trace = { readonly id: string; readonly sampled: boolean; readonly part?: Part }

/** What of it is being done: a step of a start. */
export type Part = { readonly attemptId: string; readonly step: StepName }

const current = new AsyncLocalStorage<Trace | undefined>()

/** Whoever records traces downstream is asked to record this one: starts are few. */
export function newTrace(): Trace {
  return { id: randomBytes(16).toString('hex'), sampled: true }
}

/** @returns `undefined` when the header is not a valid one. */
export function readTraceparent(header: string | undefined): Trace | undefined {
  const match = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/.exec(header ?? '')
  const [, version, id = '', parent = '', flags = '', more] = match ?? []
  if (!match || version === 'ff' || (version === '00' && more)) return undefined
  if (/^0+$/.test(id) || /^0+$/.test(parent)) return undefined
  return { id, sampled: (Number.parseInt(flags, 16) & 1) === 1 }
}

/** Does something as a part of a trace, with all that it leads to. */
export function inTrace<T>(trace: Trace, work: () => T): T {
  return current.run(trace, work)
}

/** Does a part of the trace that is under way here, with all that it leads to. */
export function inPart<T>(part: Part, work: () => T): T {
  return current.run({ ...(current.getStore() ?? newTrace()), part }, work)
}

/** The part that is being done here, for the records. */
export function currentPart(): Part | undefined {
  return current.getStore()?.part
}

/** Does something that belongs to nobody's request, though one may have woken it. */
export function outsideTraces<T>(work: () => T): T {
  return current.run(undefined, work)
}

/** The id of the trace that is under way here, for the logs. */
export function traceId(): string | undefined {
  return current.getStore()?.id
}

/** The header that passes the trace on, each call with an id of its own; none outside traces. */
export function traceHeaders(): Record<string, string> {
  const trace = current.getStore()
  if (!trace) return {}
  return { traceparent: `00-${trace.id}-${randomBytes(8).toString('hex')}-${trace.sampled ? '01' : '00'}` }
}

/** Goes on with the trace that a request came with, or begins one. */
export const traced = createMiddleware((c, next) =>
  inTrace(readTraceparent(c.req.header('traceparent')) ?? newTrace(), next),
)
