import { isChatIdentity } from '@firstline/addresses'
import { RestError } from '../errors.ts'
import { type Dates, type Form, maxSmallAttributes, readAttributes, readDates } from '../http/form.ts'
import type { ParticipantRow } from '../tables.ts'
import { type MessagingBinding, readBinding } from './binding.ts'

export const unsupportedOnCreate = ['MessagingBinding.ProjectedAddress', 'RoleSid']
/** Pages are in the order of `DateCreated`, so it stays what it is. */
export const unsupportedOnUpdate = [
  ...unsupportedOnCreate,
  'Identity',
  'MessagingBinding.ProxyAddress',
  'DateCreated',
  'DateUpdated',
]

/** Somebody to add: a chat user by identity, or a contact by the pair of addresses. */
export type ParticipantInput = { readonly attributes: string; readonly dates: Dates } & (
  | { readonly identity: string; readonly binding: null }
  | { readonly identity: null; readonly binding: MessagingBinding }
)

/** @throws RestError for what is missing, contradictory or malformed. */
export function readParticipantInput(form: Form, senders: ReadonlySet<string> | undefined): ParticipantInput {
  const attributes = readAttributes(form, maxSmallAttributes) ?? '{}'
  const dates = readDates(form)
  const identity = form.get('Identity')
  const address = form.get('MessagingBinding.Address')
  const proxyAddress = form.get('MessagingBinding.ProxyAddress')
  if (address === undefined && proxyAddress === undefined) {
    return { attributes, dates, identity: readIdentity(identity), binding: null }
  }
  if (identity) throw new RestError(20001, 'Either Identity or MessagingBinding is allowed, not both')
  return { attributes, dates, identity: null, binding: readBinding(address ?? '', proxyAddress ?? '', senders) }
}

function readIdentity(identity: string | undefined): string {
  if (identity === undefined) throw new RestError(20001, 'Identity or MessagingBinding is required')
  if (identity.length > 256) throw new RestError(50207)
  if (!isChatIdentity(identity)) throw new RestError(20001, 'Identity is empty, reserved, or looks like a user SID')
  return identity
}

export type ParticipantChange = Partial<
  Pick<ParticipantRow, 'attributes' | 'last_read_message_index' | 'last_read_timestamp'>
>

export function readParticipantChange(form: Form): ParticipantChange {
  const attributes = readAttributes(form, maxSmallAttributes)
  const index = form.get('LastReadMessageIndex')
  const timestamp = form.get('LastReadTimestamp')
  if (index && !/^\d{1,9}$/.test(index)) throw new RestError(20001, 'LastReadMessageIndex must be a whole number')
  if (timestamp && Number.isNaN(Date.parse(timestamp))) throw new RestError(20001, 'LastReadTimestamp must be a date')
  return {
    ...(attributes !== undefined && { attributes }),
    ...(index !== undefined && { last_read_message_index: index === '' ? null : Number(index) }),
    ...(timestamp !== undefined && { last_read_timestamp: timestamp || null }),
  }
}
