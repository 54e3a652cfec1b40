import { askProxyAddress, type ChannelType, toCurl } from '@firstline/callbacks'
import { openDatabase } from '@firstline/database'
import { type AccountTables, loadAccount } from '../account.ts'
import type { Configuration } from '../configuration.ts'
import { locate } from '../house.ts'
import { OperatorError, say } from './say.ts'

/**
 * `firstline probe URL [customer id] [channel type] [channel value] [worker]`: asks an integration service
 * for a proxy address, exactly as a start would, and shows the exchange.
 */
export async function probe(configuration: Configuration, args: string[]): Promise<void> {
  const [url, customerId = '1', channelType = 'sms', channelValue = '+15550100100', worker = 'worker@example.com'] =
    args
  if (!url) throw new OperatorError('Usage: firstline probe URL [customer id] [channel type] [channel value] [worker]')
  const database = await openDatabase<AccountTables>(locate(configuration, 'firstline'))
  const { authToken } = await loadAccount(database, configuration.twilio ?? configuration.account)
  await database.close()

  const { exchange, value, error } = await askProxyAddress(
    { Worker: worker, CustomerId: customerId, ChannelType: channelType as ChannelType, ChannelValue: channelValue },
    { url, authToken, allowPrivateAddresses: configuration.allowPrivateCallbacks },
  )
  say(toCurl(exchange.request))
  say('')
  if (exchange.response) say(`${exchange.response.status} ${exchange.response.body}`)
  say(`${Math.round(exchange.timings.totalMs)} ms`)
  for (const warning of exchange.warnings) say(`Warning: ${warning}`)
  if (error) throw new OperatorError(`${error.code} ${error.title}: ${error.remedy}`)
  say(`OK: ${value?.proxyAddress ?? 'no proxy address, which is fine for chat'}`)
}
