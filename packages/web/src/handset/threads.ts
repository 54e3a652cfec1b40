import type { Phone, PhoneThread } from '@firstline/app/api'

/** What tells a phone's threads apart: the business's number, or for chat the conversation. */
export function threadKey(thread: Pick<PhoneThread, 'proxyAddress' | 'conversationSid'>): string {
  return thread.proxyAddress ?? thread.conversationSid ?? 'chat'
}

/** When something last happened in a thread; empty for one without messages. */
export function lastAt(thread: PhoneThread): string {
  return thread.messages.at(-1)?.at ?? ''
}

/** Open threads first, then by their last message, newest first. */
export function sortThreads(threads: PhoneThread[]): PhoneThread[] {
  return [...threads].sort(
    (one, other) => Number(other.open) - Number(one.open) || lastAt(other).localeCompare(lastAt(one)),
  )
}

/** The thread that is shown: the one asked for, or the only one there is. */
export function shownThread(threads: PhoneThread[], key: string | undefined): PhoneThread | undefined {
  return key === undefined
    ? threads.length === 1
      ? threads[0]
      : undefined
    : threads.find((thread) => threadKey(thread) === key)
}

/** Phones whose name or address holds what was typed; digits find a number however it is written. */
export function searchPhones(phones: Phone[], typed: string): Phone[] {
  const words = typed.trim().toLowerCase()
  if (words === '') return phones
  const digits = words.replace(/\D/g, '')
  return phones.filter(
    (phone) =>
      phone.displayName.toLowerCase().includes(words) ||
      phone.address.toLowerCase().includes(words) ||
      (digits.length >= 3 && phone.address.replace(/\D/g, '').includes(digits)),
  )
}
