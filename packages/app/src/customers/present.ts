import type { CustomerAnswer } from '@firstline/callbacks'
import type { CustomerDetails } from '../api.ts'

/** A customer as the details screen shows it. */
export function presentCustomer(customer: CustomerAnswer): CustomerDetails['customer'] {
  const { customerId, displayName, avatar, channels, links, details } = customer
  return {
    customerId,
    displayName,
    ...(avatar && { avatar }),
    channels: [...channels],
    links: links.map(({ type, value, href, ...link }) => ({
      displayName: link.displayName,
      type,
      text: value,
      ...(href && { href }),
    })),
    ...(details && { details }),
  }
}
