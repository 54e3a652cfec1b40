/** Customers without end, known by their number alone, and the integration service that knows them. */
export const proxyAddress = '+15550001111'

export const nameOf = (id: string) => `Customer ${id}`
export const phoneOf = (id: string) => `+1555${1_000_000 + Number(id)}`

/** What the service answers to a callback with these parameters. */
export function answerCallback(params: URLSearchParams): unknown {
  if (params.get('Location') === 'GetProxyAddress') return { proxy_address: proxyAddress }
  const id = params.get('CustomerId') ?? ''
  const channels = [{ type: 'sms', value: phoneOf(id) }]
  return { objects: { customer: { customer_id: id, display_name: nameOf(id), channels } } }
}
