import { type ChannelType, readProxyAddress } from '@firstline/addresses'
import { askProxyAddress, ContractError } from '@firstline/callbacks'
import { callbackTarget, recordExchange } from '../../console/callbacks.ts'
import type { Work } from '../run.ts'
import type { Results, Start } from '../steps.ts'

/**
 * Asks the integration service from which of the business's addresses the customer is contacted.
 *
 * @throws ContractError 48001 to 48005 (the callback failed), 48026, 48027, 48029 (so did what it answered).
 */
export async function getProxyAddress(
  { ctx, attemptId, worker, customerId, channel }: Start,
  { checkCustomer: { address } }: Pick<Results, 'checkCustomer'>,
  { signal }: Work,
): Promise<Results['getProxyAddress']> {
  const { exchange, value, error } = await askProxyAddress(
    { Worker: worker.identity, CustomerId: customerId, ChannelType: channel.type, ChannelValue: address },
    { ...(await callbackTarget(ctx, 'outgoingConversation')), signal },
  )
  const made = { exchange, worker: worker.identity, attemptId }
  if (exchange.givenUp) {
    recordExchange(ctx, made)
    signal.throwIfAborted()
  }
  const judged = error ? { error } : judgeProxy(channel.type, address, value?.proxyAddress)
  recordExchange(ctx, { ...made, error: judged.error })
  if (judged.error) throw judged.error
  return { proxyAddress: judged.proxyAddress }
}

type Judged = { proxyAddress: string | null; error?: undefined } | { error: ContractError }

/** What an address that the service gave is worth for a contact. Nothing is repaired: see `readProxyAddress`. */
export function judgeProxy(channel: ChannelType, contact: string, given: string | undefined): Judged {
  // Chat participants are added by identity: no proxy is needed, and none is used.
  if (channel === 'chat') return { proxyAddress: null }
  if (given === undefined) return { error: new ContractError(48026, { detail: 'there is no proxy_address' }) }
  const proxy = readProxyAddress(given)
  if (!proxy) return { error: new ContractError(48026, { detail: `"${given}" is no proxy address` }) }
  if (proxy.channel !== channel) {
    return { error: new ContractError(48029, { detail: `"${given}" is not for ${channel}` }) }
  }
  if (proxy.value === contact) return { error: new ContractError(48027) }
  return { proxyAddress: proxy.value }
}
