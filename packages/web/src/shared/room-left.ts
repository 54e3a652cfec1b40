import type { ChannelType } from '@firstline/app/api'

/** The longest that sms and WhatsApp take, in UTF-16 units. */
const carrierLength = 1_600
const chatBytes = 32 * 1024
/** From here on it matters. */
const near = 200

/**
 * How much longer a text may become in one message; negative when the server would refuse it as too long. It counts as
 * the server does: bytes on chat, and elsewhere UTF-16 units without the NUL characters, which it leaves out.
 *
 * @example roomLeft('sms', 'Hello') // 1595
 */
export function roomLeft(channel: ChannelType, text: string): number {
  if (channel === 'chat') return chatBytes - bytesOf(text)
  return carrierLength - text.replaceAll('\0', '').length
}

/**
 * What is said of that, once it matters. Nobody counts in bytes: on chat it is about so many characters as those that
 * were written.
 *
 * @example roomWords('sms', 'x'.repeat(1_590)) // '10 characters left'
 */
export function roomWords(channel: ChannelType, text: string): string | undefined {
  const left = roomLeft(channel, text)
  if (left >= near) return undefined
  const perCharacter = channel === 'chat' ? bytesOf(text) / [...text].length : 1
  const about = channel === 'chat' ? 'about ' : ''
  if (left < 0) {
    return `Too long by ${about}${characters(Math.ceil(-left / perCharacter))}. Shorten it, or send it in parts.`
  }
  const words = `${about}${characters(Math.floor(left / perCharacter))} left`
  return words.charAt(0).toUpperCase() + words.slice(1)
}

function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length
}

function characters(count: number): string {
  return `${count.toLocaleString('en')} ${count === 1 ? 'character' : 'characters'}`
}
