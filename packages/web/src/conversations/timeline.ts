import type { Message, MessageStatus, Problem, SendRequest } from '@firstline/app/api'

/** A message that this browser has sent or is sending, until the server's own copy is known. */
export type Outgoing = {
  key: string
  conversationSid: string
  request: SendRequest
  createdAt: string
  state: 'waiting' | 'failed'
  problem?: Problem
}

/** One line of a conversation: a real message, or one of ours that is not known to have arrived. */
export type Entry =
  | { id: string; at: string; message: Message; outgoing?: undefined }
  | { id: string; at: string; outgoing: Outgoing; message?: undefined }

/** A receipt may overtake another on its way: what has been read never goes back to sent. */
const rank: Record<MessageStatus, number> = {
  sending: 0,
  sent: 1,
  delivered: 2,
  read: 3,
  received: 3,
  undelivered: 4,
  failed: 4,
}

/**
 * Adds messages to others. The same message (by SID, or by our key while it has no SID) is kept once, in its later
 * state, whichever order the copies came in.
 */
export function mergeMessages(known: readonly Message[], more: readonly Message[]): Message[] {
  const merged = [...known]
  for (const message of more) {
    const at = merged.findIndex((other) => same(other, message))
    const other = merged[at]
    if (other) merged[at] = later(other, message)
    else merged.push(message)
  }
  return merged
}

/**
 * What is shown: the stored messages and those from the stream in the order of their index, then what is still on its
 * way, in the order in which it was written. An outgoing message disappears as soon as the real one is there.
 */
export function timeline(stored: readonly Message[], live: readonly Message[], outgoing: readonly Outgoing[]): Entry[] {
  const messages = inOrder(mergeMessages(mergeMessages([], stored), live))
  const keys = new Set(messages.map((message) => message.key))
  return [
    ...messages.map((message): Entry => ({ id: message.key ?? message.sid ?? '', at: message.createdAt, message })),
    ...outgoing
      .filter(({ key }) => !keys.has(key))
      .map((one): Entry => ({ id: one.key, at: one.createdAt, outgoing: one })),
  ]
}

/** The text of what is being sent. */
export function bodyOf(request: SendRequest): string {
  return 'body' in request ? request.body : request.template.content
}

function same(a: Message, b: Message): boolean {
  return (a.sid !== null && a.sid === b.sid) || (a.key !== undefined && a.key === b.key)
}

function later(a: Message, b: Message): Message {
  if (a.sid !== null && b.sid === null) return a
  const keep = rank[b.status] >= rank[a.status] ? b : a
  return keep.key === undefined && a.key !== undefined ? { ...keep, key: a.key } : keep
}

/**
 * By index. What the engine has not taken has none: if it is still on its way it comes last, if it failed it stays
 * where it was written.
 */
function inOrder(messages: Message[]): Message[] {
  const ordered = messages.filter(({ index }) => index !== null).sort((a, b) => (a.index ?? 0) - (b.index ?? 0))
  const others = messages.filter(({ index }) => index === null).sort((a, b) => a.createdAt.localeCompare(b.createdAt))
  for (const message of others) {
    const before =
      message.status === 'sending' ? -1 : ordered.findLastIndex((one) => one.createdAt <= message.createdAt)
    ordered.splice(message.status === 'sending' ? ordered.length : before + 1, 0, message)
  }
  return ordered
}
