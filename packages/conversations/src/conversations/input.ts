import { RestError } from '../errors.ts'
import { type Dates, type Form, maxConversationAttributes, readAttributes, readDates } from '../http/form.ts'
import { isSid } from '../sids.ts'
import type { ConversationRow, ConversationState } from '../tables.ts'
import { readTimers, type Timers } from './timers.ts'

const maxName = 256

/** Parameters of Twilio's API that this engine has no use for. */
export const unsupportedOnCreate = ['Bindings.Email.Address', 'Bindings.Email.Name']
/** Pages are in the order of `DateCreated`, so it stays what it is. */
export const unsupportedOnUpdate = [...unsupportedOnCreate, 'DateCreated', 'DateUpdated']

/** What a create or an update may set; what was not sent is not there. */
export type ConversationInput = Partial<
  Pick<ConversationRow, 'friendly_name' | 'unique_name' | 'attributes' | 'messaging_service_sid'>
> &
  Dates & { state?: ConversationState; timers: Partial<Timers> }

/** @throws RestError for the first parameter that is not as it should be. */
export function readConversationInput(form: Form): ConversationInput {
  const friendlyName = form.get('FriendlyName')
  if (friendlyName !== undefined && friendlyName.length > maxName) throw new RestError(50003)
  const uniqueName = readUniqueName(form)
  const attributes = readAttributes(form, maxConversationAttributes)
  const messagingServiceSid = form.get('MessagingServiceSid')
  if (messagingServiceSid && !isSid('MG', messagingServiceSid)) {
    throw new RestError(20001, 'MessagingServiceSid is not a SID')
  }
  const state = readState(form)
  return {
    ...(friendlyName !== undefined && { friendly_name: friendlyName }),
    ...(uniqueName !== undefined && { unique_name: uniqueName || null }),
    ...(attributes !== undefined && { attributes }),
    ...(messagingServiceSid !== undefined && { messaging_service_sid: messagingServiceSid || null }),
    ...(state && { state }),
    ...readDates(form),
    timers: readTimers(form),
  }
}

function readUniqueName(form: Form): string | undefined {
  const uniqueName = form.get('UniqueName')
  if (uniqueName === undefined) return undefined
  if (uniqueName.length > maxName) throw new RestError(50004)
  if (isSid('CH', uniqueName)) throw new RestError(50390)
  return uniqueName
}

function readState(form: Form): ConversationState | undefined {
  const state = form.get('State')
  if (state === undefined) return undefined
  if (state === '') throw new RestError(50374)
  if (state !== 'active' && state !== 'inactive' && state !== 'closed') {
    throw new RestError(20001, 'State must be active, inactive or closed')
  }
  return state
}
