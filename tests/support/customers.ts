import type { ChannelType, CustomerDetails, CustomerPage } from '@firstline/app/api'
import type { Session } from './session.ts'

export type Startable = { customerId: string; displayName: string; channel: { type: ChannelType; value: string } }

/** The customers of a worker who can be started on a channel, in the order of the list. */
export async function startableCustomers(session: Session, type: ChannelType, atLeast: number): Promise<Startable[]> {
  const found: Startable[] = []
  let pageToken = ''
  do {
    const page = await json<CustomerPage>(session, `/api/customers?pageToken=${encodeURIComponent(pageToken)}`)
    for (const { customerId, displayName } of page.customers) {
      const { customer } = await json<CustomerDetails>(session, `/api/customers/${encodeURIComponent(customerId)}`)
      const channel = customer.channels.find((each) => each.type === type && each.startable)
      if (channel) found.push({ customerId, displayName, channel: { type, value: channel.value } })
      if (found.length >= atLeast) return found
    }
    pageToken = page.nextPageToken ?? ''
  } while (pageToken)
  throw new Error(`only ${found.length} customers with ${type}`)
}

async function json<T>(session: Session, path: string): Promise<T> {
  const response = await session.request('GET', path)
  if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`)
  return (await response.json()) as T
}
