import type { CustomerSummary, OwnStart, StartRequest, StartResult } from '@firstline/app/api'
import { useSyncExternalStore } from 'react'
import { asProblem, get, outcomeUnknown, send } from '../api/client.ts'
import { onAppEvent } from '../api/events.ts'
import { keep, keptAll } from '../shared/stored.ts'
import {
  afterNews,
  canPickUp,
  isFinal,
  isSameStart,
  newStart,
  type Start,
  type StartNews,
  type StoredStart,
} from './start.ts'

/**
 * The starts of this browser. Each is stored before the server hears of it and forgotten when it is over,
 * so that neither a reload nor a lost connection loses one, and its key makes sure that none happens twice.
 */

let worker = ''
let starts: readonly Start[] = []
let listening = false
const watchers = new Set<() => void>()

/** Begins a start, or shows the one that is under way for the same customer and channel. Returns its key. */
export function beginStart(request: StartRequest, customer: CustomerSummary): string {
  const running = starts.find((start) => !isFinal(start) && isSameStart(start.request, request))
  if (running) {
    tell(running.key, { type: 'hidden', hidden: false })
    return running.key
  }
  for (const start of starts.filter(isFinal)) closeStart(start.key)
  const known = storedStarts().find((stored) => isSameStart(stored.request, request))
  const stored = known ?? { key: crypto.randomUUID(), request, customer, createdAt: new Date().toISOString() }
  keep(worker, `start:${stored.key}`, stored)
  show([...starts, newStart(stored)])
  void alone(stored.key, () => run(stored.key))
  return stored.key
}

/** A failed start once more, under a new key: what failed stays as it was recorded. */
export function tryAgain(key: string): void {
  const start = starts.find((other) => other.key === key)
  if (!start) return
  closeStart(key)
  beginStart(start.request, start.customer)
}

/** Takes a finished start off the screen, or puts a running one aside. */
export function closeStart(key: string): void {
  const start = starts.find((other) => other.key === key)
  if (start && !isFinal(start)) {
    tell(key, { type: 'hidden', hidden: true })
    return
  }
  keep(worker, `start:${key}`, undefined)
  show(starts.filter((other) => other.key !== key))
}

/** Takes up the starts that a reload or a closed tab left unfinished. One that another tab runs is left to it. */
export function pickUpStarts(identity: string): void {
  worker = identity
  if (!listening) onAppEvent('start', (own) => tell(own.idempotencyKey, { type: 'told', own }))
  listening = true
  for (const stored of storedStarts()) {
    if (starts.some((start) => start.key === stored.key)) continue
    void alone(stored.key, async () => {
      if (!storedStarts().some(({ key }) => key === stored.key)) return
      show([...starts, newStart(stored)])
      const own = await ask(stored.key)
      if (own) tell(stored.key, { type: 'told', own })
      await run(stored.key)
    })
  }
}

export function useStarts(): readonly Start[] {
  return useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => starts,
  )
}

/** Asks the server to do it until the outcome is known. The key makes every further time the same start. */
async function run(key: string): Promise<void> {
  const polling = setInterval(() => void poll(key), 1000)
  try {
    for (let times = 0; !finished(key); times++) {
      await post(key)
      if (!finished(key)) await pause(Math.min(8000, 500 * 2 ** times))
    }
  } finally {
    clearInterval(polling)
  }
}

async function post(key: string): Promise<void> {
  const start = starts.find((other) => other.key === key)
  if (!start) return
  try {
    const headers = { 'Idempotency-Key': key }
    const result = await send<StartResult>('POST', '/api/outgoing-conversations', start.request, headers)
    tell(key, { type: 'answered', result })
  } catch (error) {
    const problem = asProblem(error)
    if (problem.status === 401) return
    // The server itself says "not yet" with a 503; without a request id it was not the server that answered.
    if (outcomeUnknown(problem) && problem.code === 0) {
      return problem.requestId ? poll(key) : tell(key, { type: 'unreachable' })
    }
    // What is recorded knows better: the refusal may only say that the start is still running.
    const own = await ask(key)
    if (own) tell(key, { type: 'told', own })
    if (!own || own.state === 'failed') tell(key, { type: 'refused', problem: own?.problem ?? problem })
  }
}

async function poll(key: string): Promise<void> {
  const own = await ask(key)
  if (own) tell(key, { type: 'told', own })
}

/** What the server knows of a start: nothing when it has not heard of it, or cannot be asked. */
async function ask(key: string): Promise<OwnStart | undefined> {
  return get<OwnStart>(`/api/outgoing-conversations?idempotencyKey=${encodeURIComponent(key)}`).catch(() => undefined)
}

function tell(key: string, news: StartNews): void {
  const start = starts.find((other) => other.key === key)
  if (!start) return
  const next = afterNews(start, news)
  // One that succeeded is kept until the worker has been taken there: a reload may come in between.
  if (next.phase === 'failed') keep(worker, `start:${key}`, undefined)
  if (next !== start) show(starts.map((other) => (other.key === key ? next : other)))
}

function finished(key: string): boolean {
  const start = starts.find((other) => other.key === key)
  return !start || isFinal(start)
}

function storedStarts(): StoredStart[] {
  return keptAll<StoredStart>(worker, 'start:').filter((stored) => {
    const usable = canPickUp(stored)
    if (!usable) keep(worker, `start:${stored.key}`, undefined)
    return usable
  })
}

/** One tab at a time; the next one's turn comes when this one is done, or gone. */
async function alone(key: string, work: () => Promise<void>): Promise<void> {
  if (!('locks' in navigator)) return work()
  await navigator.locks.request(`firstline-start-${key}`, work)
}

function show(next: readonly Start[]): void {
  starts = next
  for (const watcher of watchers) watcher()
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
