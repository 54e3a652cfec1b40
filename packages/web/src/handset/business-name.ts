import type { PhoneThread } from '@firstline/app/api'
import { formatAddress } from '../shared/phone.ts'

/** Whom a customer's phone shows: the business's number; a chat has none. */
export function businessName(thread: PhoneThread): string {
  return thread.proxyAddress === null ? 'Chat with the business' : formatAddress(thread.proxyAddress)
}
