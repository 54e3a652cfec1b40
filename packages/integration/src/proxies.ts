import { type Handlers, Refusal } from '@firstline/callbacks'
import type { Database } from '@firstline/database'
import { findCustomer } from './customers.ts'
import type { IntegrationTables } from './tables.ts'

/**
 * The outgoing conversation callback: the business's number that is nearest to the customer's, by its calling code.
 *
 * @param own numbers that the account owns; when there are any, one of them is given instead of a sample's.
 */
export function answerOutgoingConversation(
  { db }: Database<IntegrationTables>,
  own: readonly string[] | undefined,
): Handlers {
  return {
    async GetProxyAddress({ Worker, CustomerId, ChannelType, ChannelValue }) {
      const customer = await findCustomer(db, Worker, CustomerId)
      if (!customer) throw new Refusal(403, 'this customer is not one of the worker')
      if (ChannelType === 'chat') return {}
      const known = own?.length ? own.map(toSender) : await db.selectFrom('sender').selectAll().execute()
      const number = ChannelValue.replace(/^whatsapp:/, '')
      const [nearest] = known
        .filter(({ channel, calling_code }) => channel === ChannelType && number.startsWith(calling_code))
        .sort((a, b) => b.calling_code.length - a.calling_code.length)
      return nearest ? { proxy_address: nearest.address } : {}
    },
  }
}

function toSender(address: string): IntegrationTables['sender'] {
  return { address, channel: address.startsWith('whatsapp:') ? 'whatsapp' : 'sms', calling_code: '' }
}
