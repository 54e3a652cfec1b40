import { isPhoneNumber, isShortCode, isWhatsAppAddress, phoneNumberOf } from '@firstline/addresses'
import { RestError } from '../errors.ts'
import type { BindingType } from '../tables.ts'

/** A contact's address and the business's address through which it is reached. */
export type MessagingBinding = { readonly type: BindingType; readonly address: string; readonly proxyAddress: string }

/**
 * Checks a pair of addresses, in the order in which Twilio names what is wrong.
 *
 * @param senders the addresses that the account owns; undefined: any well-formed one.
 * @throws RestError 50411, 50412 (empty), 50407, 50408 (malformed), 50414 (different channels), 50409 (the same),
 *   50415 (the number is ours, but not on WhatsApp), 50413 (not ours).
 */
export function readBinding(
  address: string,
  proxyAddress: string,
  senders: ReadonlySet<string> | undefined,
): MessagingBinding {
  if (address === '') throw new RestError(50411)
  if (proxyAddress === '') throw new RestError(50412)
  const type = typeOf(address, false)
  if (!type) throw new RestError(50407)
  const proxyType = typeOf(proxyAddress, true)
  if (!proxyType) throw new RestError(50408)
  if (type !== proxyType) throw new RestError(50414)
  if (address === proxyAddress) throw new RestError(50409)
  if (senders && !senders.has(proxyAddress)) {
    throw new RestError(senders.has(phoneNumberOf(proxyAddress)) ? 50415 : 50413)
  }
  return { type, address, proxyAddress }
}

function typeOf(address: string, shortCodes: boolean): BindingType | undefined {
  if (isWhatsAppAddress(address)) return 'whatsapp'
  return isPhoneNumber(address) || (shortCodes && isShortCode(address)) ? 'sms' : undefined
}
