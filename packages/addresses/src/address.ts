/**
 * Channel addresses as they go over the wire: `+123456789` (sms), `whatsapp:+123456789` (whatsapp), a chat identity.
 * Syntax only: whether a number is assigned is the carrier's business, and the contract's own example is not.
 */

/** The channels on which a conversation can be started. */
export const channelTypes = ['sms', 'whatsapp', 'chat'] as const
export type ChannelType = (typeof channelTypes)[number]

/** A contact's or a business's address, in the one form in which it is stored, compared and sent. */
export type Address = { readonly channel: ChannelType; readonly value: string }

const phone = /^\+[1-9]\d{1,14}$/
const shortCode = /^\d{3,8}$/
const whatsAppPrefix = 'whatsapp:'
const userSid = /^US[0-9a-f]{32}$/i
const reservedIdentities = new Set(['system', 'private', 'unique'])
/** What people put between the digits of a phone number, no-break spaces and typographic dashes included. */
const phoneDecoration = /[\s.\-()[\]\u2010-\u2015]/g

/** Whether a string names a channel on which conversations can be started. */
export function isChannelType(type: string): type is ChannelType {
  return (channelTypes as readonly string[]).includes(type)
}

/** A phone number in E.164 form: `+`, a digit other than 0, and 1 to 14 more digits. */
export function isPhoneNumber(value: string): boolean {
  return phone.test(value)
}

/** A short code: 3 to 8 digits. Only ever a business's address. */
export function isShortCode(value: string): boolean {
  return shortCode.test(value)
}

/** `whatsapp:` and a phone number. */
export function isWhatsAppAddress(value: string): boolean {
  return value.startsWith(whatsAppPrefix) && phone.test(value.slice(whatsAppPrefix.length))
}

/** 1 to 256 characters, not a user SID (`US` + 32 hex), not `system`, `private` or `unique` (else error 48033). */
export function isChatIdentity(value: string): boolean {
  return value.length >= 1 && value.length <= 256 && !userSid.test(value) && !reservedIdentities.has(value)
}

/**
 * Reads a customer's address of a channel; spaces, dots, dashes and brackets in numbers are taken out.
 * A whatsapp address is taken with or without its prefix, which the channel's type already says.
 *
 * @returns the normalised address, or `undefined` when there is no usable one.
 * @example readContactAddress('sms', '+1 (555) 010-0199') // { channel: 'sms', value: '+15550100199' }
 */
export function readContactAddress(channel: ChannelType, value: string): Address | undefined {
  if (channel === 'chat') return isChatIdentity(value) ? { channel, value } : undefined
  const compact = value.replace(phoneDecoration, '')
  if (channel === 'sms') return isPhoneNumber(compact) ? { channel, value: compact } : undefined
  const number = compact.startsWith(whatsAppPrefix) ? compact.slice(whatsAppPrefix.length) : compact
  return isPhoneNumber(number) ? { channel, value: whatsAppPrefix + number } : undefined
}

/**
 * Reads a business's (proxy) address. The prefix decides the channel and is never added or taken away:
 * a repaired address would send from the wrong number (48029 is for the caller to raise).
 *
 * @returns the address with its channel (`sms` or `whatsapp`), or `undefined` when it is neither.
 * @example readProxyAddress('whatsapp:+123456789') // { channel: 'whatsapp', value: 'whatsapp:+123456789' }
 */
export function readProxyAddress(value: string): Address | undefined {
  const trimmed = value.trim()
  if (isWhatsAppAddress(trimmed)) return { channel: 'whatsapp', value: trimmed }
  if (isPhoneNumber(trimmed) || isShortCode(trimmed)) return { channel: 'sms', value: trimmed }
  return undefined
}

/** The number in an address, without the channel's prefix. */
export function phoneNumberOf(value: string): string {
  return value.startsWith(whatsAppPrefix) ? value.slice(whatsAppPrefix.length) : value
}
