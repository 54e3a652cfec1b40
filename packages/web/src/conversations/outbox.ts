import type { Message, SendRequest } from '@firstline/app/api'
import { useSyncExternalStore } from 'react'
import { asProblem, outcomeUnknown, send } from '../api/client.ts'
import { keep, keptAll } from '../shared/stored.ts'
import type { Outgoing } from './timeline.ts'
import { addLiveMessage } from './use-conversations.ts'

/**
 * What this browser is sending. It is kept over a reload until the server's answer is there. The key is the
 * `Idempotency-Key`: as long as the outcome is unknown the same key is used, so that nothing is sent twice.
 */

/** The server forgets keys after a day; an older one could send twice. */
const keyLifeMs = 23 * 3_600_000

let worker = ''
let entries: readonly Outgoing[] = []
const watchers = new Set<() => void>()
/** One message after the other within a conversation, or they could change places. */
const queues = new Map<string, Promise<void>>()

/** Takes up what was left unsent by this worker. What was under way is sent again, with its key. */
export function openOutbox(identity: string): void {
  if (worker === identity) return
  worker = identity
  const left = keptAll<Outgoing>(worker, 'outbox:').sort((a, b) => a.createdAt.localeCompare(b.createdAt))
  const old = left.filter((entry) => Date.now() - Date.parse(entry.createdAt) > keyLifeMs)
  for (const entry of old) keep(worker, `outbox:${entry.key}`, undefined)
  show(left.filter((entry) => !old.includes(entry)))
  for (const entry of entries) if (entry.state === 'waiting') enqueue(entry.key)
}

/** What is on its way, or stuck, in a conversation. */
export function useOutbox(sid: string): readonly Outgoing[] {
  const all = useSyncExternalStore(
    (watcher) => {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    () => entries,
  )
  return all.filter((entry) => entry.conversationSid === sid)
}

/** Sends a message. It is on the screen at once, and stays there with the reason if it cannot be sent. */
export function sendMessage(sid: string, request: SendRequest): void {
  const key = crypto.randomUUID()
  const entry: Outgoing = { key, conversationSid: sid, request, createdAt: new Date().toISOString(), state: 'waiting' }
  keep(worker, `outbox:${key}`, entry)
  show([...entries, entry])
  enqueue(key)
}

/** Tries again: with the same key when the message may have arrived, with a new one when it was refused. */
export function resend(key: string): void {
  const entry = entries.find((other) => other.key === key)
  if (entry?.state !== 'failed') return
  if (entry.problem && !outcomeUnknown(entry.problem)) {
    discard(key)
    sendMessage(entry.conversationSid, entry.request)
    return
  }
  const { problem: _, ...again } = entry
  replace(key, { ...again, state: 'waiting' })
  enqueue(key)
}

/** Takes a message that was not sent off the screen. */
export function discard(key: string): void {
  keep(worker, `outbox:${key}`, undefined)
  show(entries.filter((entry) => entry.key !== key))
}

function enqueue(key: string): void {
  const sid = entries.find((entry) => entry.key === key)?.conversationSid
  if (sid === undefined) return
  const sent = (queues.get(sid) ?? Promise.resolve()).then(() => deliver(key))
  queues.set(sid, sent)
}

async function deliver(key: string): Promise<void> {
  const entry = entries.find((other) => other.key === key)
  if (!entry) return
  try {
    const { message } = await send<{ message: Message }>(
      'POST',
      `/api/conversations/${entry.conversationSid}/messages`,
      entry.request,
      { 'Idempotency-Key': key },
    )
    addLiveMessage({ ...message, key })
    discard(key)
  } catch (error) {
    replace(key, { ...entry, state: 'failed', problem: asProblem(error) })
  }
}

function replace(key: string, entry: Outgoing): void {
  keep(worker, `outbox:${key}`, entry)
  show(entries.map((other) => (other.key === key ? entry : other)))
}

function show(next: readonly Outgoing[]): void {
  entries = next
  for (const watcher of watchers) watcher()
}
