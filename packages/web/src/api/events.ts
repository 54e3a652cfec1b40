import type { AppEvents } from '@firstline/app/api'
import { useEffect, useEffectEvent, useSyncExternalStore } from 'react'
import { ProblemError, request } from './client.ts'
import { queryClient } from './query-client.ts'

/**
 * One stream of events per browser: the tab that holds a lock reads it and tells the others, which saves connections
 * (a browser opens only six to a host over HTTP/1.1). Without locks or channels each tab reads its own.
 */

/** `connecting` is the first time; `down` is said to the worker in words. */
export type StreamState = 'connecting' | 'open' | 'down'
type Said =
  | { say: 'event'; type: keyof AppEvents; data: unknown }
  | { say: 'state'; state: StreamState }
  | { say: 'ask' }

const types: (keyof AppEvents)[] = [
  'conversation',
  'conversation.removed',
  'message',
  'start',
  'attempt',
  'callback',
  'reset',
]
const handlers = new Map<keyof AppEvents, Set<(data: never) => void>>()
const watchers = new Set<() => void>()
let state: StreamState = 'connecting'
let leading = false
let started = false
let channel: BroadcastChannel | undefined

/** Calls the handler for each event of a type while the component is mounted. */
export function useAppEvent<K extends keyof AppEvents>(type: K, handler: (data: AppEvents[K]) => void): void {
  const latest = useEffectEvent(handler)
  useEffect(() => onAppEvent(type, (data) => latest(data)), [type])
}

/** The same outside of React. Returns what ends it. */
export function onAppEvent<K extends keyof AppEvents>(type: K, handler: (data: AppEvents[K]) => void): () => void {
  startStream()
  const set = handlers.get(type) ?? new Set()
  handlers.set(type, set)
  set.add(handler)
  return () => set.delete(handler)
}

/** Whether events are coming in. */
export function useStreamState(): StreamState {
  return useSyncExternalStore(
    (changed) => {
      startStream()
      watchers.add(changed)
      return () => watchers.delete(changed)
    },
    () => state,
  )
}

function startStream(): void {
  if (started) return
  started = true
  if (!('locks' in navigator) || !('BroadcastChannel' in globalThis)) {
    leading = true
    readStream(false)
    return
  }
  channel = new BroadcastChannel('firstline-events')
  channel.onmessage = ({ data }: MessageEvent<Said>) => hear(data)
  channel.postMessage({ say: 'ask' } satisfies Said)
  const held = new Promise<never>(() => {})
  void navigator.locks.request('firstline-events', () => {
    leading = true
    // Another tab was reading until now: what came in between is not known here.
    readStream(state !== 'connecting')
    return held
  })
}

function hear(said: Said): void {
  if (said.say === 'event') dispatch(said.type, said.data)
  else if (said.say === 'state') setState(said.state)
  else if (leading) channel?.postMessage({ say: 'state', state } satisfies Said)
}

/** `behind`: something may have been missed, so everything is loaded anew once the stream is open. */
function readStream(behind: boolean, failures = 0): void {
  const source = new EventSource('/api/events')
  let opened = false
  let resumes = false
  source.onopen = () => {
    // The browser itself resumes where it was (`Last-Event-ID`), if it ever heard an id; a fresh stream cannot.
    if (opened ? !resumes : behind) tell('reset', {})
    else if (!opened) refreshOlderThan(Date.now())
    opened = true
    tellState('open')
  }
  source.onerror = () => {
    tellState('down')
    if (source.readyState !== EventSource.CLOSED) return
    const next = opened ? 1 : failures + 1
    void signedOut().then((out) => {
      if (out) location.assign('/sign-in')
      else setTimeout(() => readStream(true, next), Math.min(15_000, 500 * 2 ** next))
    })
  }
  for (const type of types) {
    source.addEventListener(type, (event) => {
      resumes ||= event.lastEventId !== ''
      const data = readData(event.data)
      if (data !== undefined) tell(type, data)
    })
  }
}

async function signedOut(): Promise<boolean> {
  return request('GET', '/api/me').then(
    () => false,
    (error) => error instanceof ProblemError && error.problem.status === 401,
  )
}

/** What was asked for before the stream was open may already be out of date. */
function refreshOlderThan(time: number): void {
  void queryClient.invalidateQueries({
    predicate: ({ queryKey, state: { dataUpdatedAt } }) =>
      queryKey[0] !== 'me' && dataUpdatedAt > 0 && dataUpdatedAt < time,
  })
}

function tell(type: keyof AppEvents, data: unknown): void {
  dispatch(type, data)
  channel?.postMessage({ say: 'event', type, data } satisfies Said)
}

function tellState(next: StreamState): void {
  setState(next)
  channel?.postMessage({ say: 'state', state: next } satisfies Said)
}

function setState(next: StreamState): void {
  if (next === state) return
  state = next
  for (const changed of watchers) changed()
}

function dispatch(type: keyof AppEvents, data: unknown): void {
  if (type === 'reset') void queryClient.invalidateQueries()
  for (const handler of handlers.get(type) ?? []) handler(data as never)
}

function readData(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
