import type { ChannelType } from '@firstline/app/api'

/** The longest that sms and WhatsApp take, in UTF-16 units. */
const carrierLength = 1_600
const chatBytes = 32 * 1024

/**
 * How much longer a text may become in one message; negative when it is too long. On chat it is counted in bytes.
 *
 * @example roomLeft('sms', 'Hello') // 1595
 */
export function roomLeft(channel: ChannelType, text: string): number {
  return channel === 'chat' ? chatBytes - new TextEncoder().encode(text).length : carrierLength - text.length
}
