import { readContactAddress } from '@firstline/addresses'
import { ContractError, type CustomerAnswer } from '@firstline/callbacks'
import { customerDetails } from '../../customers/details.ts'
import { findWorker } from '../../people/store.ts'
import type { Work } from '../run.ts'
import type { Results, Start } from '../steps.ts'

/**
 * A start goes only to a channel that the CRM lists for this customer and this worker.
 *
 * @throws ContractError 48025 (403: not listed; 422: not a usable address), 48033 (not a usable chat identity), and
 *   whatever code a failing CRM callback has.
 */
export async function checkCustomer(start: Start, _: unknown, { signal }: Work): Promise<Results['checkCustomer']> {
  const { ctx, attemptId, worker, customerId, channel } = start
  const asking = { worker: worker.identity, customerId, attemptId, signal }
  let known = await customerDetails(ctx, { ...asking, fromCache: true })
  // What is remembered may be older than a channel that the worker sees.
  if (known.cached && !findChannel(known.customer, channel)) known = await customerDetails(ctx, asking)
  const listed = findChannel(known.customer, channel)
  if (!known.customer || !listed) throw notListed(known.customer)

  const address = readContactAddress(channel.type, listed.value)
  if (!address) throw new ContractError(channel.type === 'chat' ? 48033 : 48025)
  if (channel.type === 'chat' && (await findWorker(ctx.database.db, { identity: address.value }))) {
    throw new ContractError(48033, { detail: "the chat identity is a worker's own" })
  }
  const { displayName, avatar } = known.customer
  return { displayName, ...(avatar && { avatar }), address: address.value, exchangeId: known.exchangeId }
}

/** The same channel, however its number is written. */
function findChannel(customer: CustomerAnswer | undefined, { type, value }: Start['channel']) {
  const wanted = readContactAddress(type, value)?.value
  return customer?.channels.find(
    (channel) =>
      channel.type === type &&
      (channel.value === value || (wanted !== undefined && readContactAddress(type, channel.value)?.value === wanted)),
  )
}

function notListed(customer: CustomerAnswer | undefined): ContractError {
  return new ContractError(48025, {
    status: 403,
    worker: customer
      ? 'This address is no longer listed for this customer. Reload the customer and choose another one.'
      : 'This customer is not among yours. Reload your customers; ask your administrator if they should be.',
    cause: customer
      ? 'The CRM callback does not list this channel for this customer and worker.'
      : 'The CRM callback knows no such customer of this worker.',
    remedy: 'If the worker should reach the customer there, correct it in the CRM.',
  })
}
