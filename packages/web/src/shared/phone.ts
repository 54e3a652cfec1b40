import { parsePhoneNumberFromString } from 'libphonenumber-js/min'

/**
 * An address for the eye: the number grouped as in its country, without the channel's prefix; anything that is no
 * number (short codes, chat identities) as it is.
 *
 * @example formatAddress('whatsapp:+15550100199') // '+1 555 010 0199'
 */
export function formatAddress(address: string): string {
  const value = address.startsWith('whatsapp:') ? address.slice('whatsapp:'.length) : address
  if (!value.startsWith('+')) return value
  const number = parsePhoneNumberFromString(value)
  return number ? number.formatInternational() : value
}
