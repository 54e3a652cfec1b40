import { RestError } from '../errors.ts'
import type { ParticipantRow } from '../tables.ts'

/** Twilio's limits: characters of a text that goes to a carrier, and bytes of one that stays in a chat. */
export const maxCarrierBody = 1_600
export const maxChatBody = 32 * 1024

/**
 * Holds a text against the limit of the carriers, which counts where anybody is on sms or whatsapp.
 *
 * @throws RestError 50504 when it is too long for them.
 */
export function checkLength(body: string | null, participants: readonly Pick<ParticipantRow, 'binding_type'>[]): void {
  const onCarrier = participants.some(({ binding_type }) => binding_type !== null)
  if (onCarrier && (body ?? '').length > maxCarrierBody) throw new RestError(50504)
}
