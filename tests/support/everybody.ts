import { once } from 'node:events'
import { createServer } from 'node:http'
import { toNodeHandler } from '@firstline/callbacks'

export type Everybody = { url: string; close(): Promise<void> }

export const everybodysProxy = '+15550009999'

/** An integration service to which every phone number is a customer's id, of every worker. */
export async function startEverybody(authToken: string): Promise<Everybody> {
  const server = createServer((request, response) => handle(request, response)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}/callbacks`
  const handle = toNodeHandler({
    url,
    authTokens: [authToken],
    handlers: {
      GetProxyAddress: () => ({ proxy_address: everybodysProxy }),
      GetCustomersList: () => ({ objects: { customers: [] } }),
      GetCustomerDetailsByCustomerId: ({ CustomerId }) => ({
        objects: {
          customer: {
            customer_id: CustomerId,
            display_name: `Customer ${CustomerId}`,
            channels: [{ type: 'sms', value: CustomerId }],
          },
        },
      }),
    },
  })
  return {
    url,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}
