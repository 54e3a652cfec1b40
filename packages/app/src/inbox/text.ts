import { z } from 'zod'
import type { ChannelType } from '../api.ts'

/** In UTF-16 units, as the Conversations API counts them. https://www.twilio.com/docs/conversations/conversations-limits */
const maxCarrierLength = 1_600
const maxChatBytes = 32 * 1024

/** What somebody writes, on whichever channel; how long it may be there is for `whyTooLong`. */
export const text = z
  .string()
  .refine((value) => whyTooLong('chat', value) === undefined, 'is longer than 32 kB')
  .refine((value) => value.trim() !== '', 'is empty')
  .transform((value) => value.replaceAll('\0', '').toWellFormed())

/** Carriers take less than a chat does. @returns what is wrong, or `undefined` when it is short enough. */
export function whyTooLong(channel: ChannelType, value: string): string | undefined {
  if (channel === 'chat') return Buffer.byteLength(value) > maxChatBytes ? 'is longer than 32 kB' : undefined
  return value.length > maxCarrierLength ? `is longer than ${maxCarrierLength} characters` : undefined
}
