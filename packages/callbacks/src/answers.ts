import { ContractError } from './errors.ts'
import {
  booleanOf,
  exactTextOf,
  fieldOf,
  fieldsOf,
  kindOf,
  listOf,
  type Read,
  reading,
  requireFields,
  textOf,
  type Warn,
} from './reading.ts'

/** `proxyAddress` is as the service wrote it; `undefined` when it gave none. Nothing is judged or repaired here. */
export type ProxyAnswer = { readonly proxyAddress: string | undefined }

export type CustomerSummary = {
  readonly customerId: string
  readonly displayName: string
  /** An `https:` or `data:image/` URL. */
  readonly avatar?: string
}

export type CustomersAnswer = {
  readonly customers: readonly CustomerSummary[]
  readonly searchable: boolean
  readonly nextPageToken?: string
}

const maxIdLength = 256
const maxNameLength = 256
const maxAddressLength = 300
const maxCustomers = 1_000
const maxTokenLength = 2_048
const maxAvatarLength = 32_768

/**
 * Reads the answer to `GetProxyAddress`.
 *
 * @throws {ContractError} 48003 when it is not of the documented shape.
 * @example readProxyAnswer({ proxy_address: '+123456789' }).value.proxyAddress
 */
export function readProxyAnswer(json: unknown): Read<ProxyAnswer> {
  return reading((warn) => {
    const given = fieldOf(requireFields(json, 'the answer'), 'proxy_address')
    if (given !== undefined && typeof given !== 'string' && !Number.isSafeInteger(given)) {
      throw new ContractError(48003, { detail: `proxy_address is ${kindOf(given)}, a string was expected` })
    }
    if (typeof given === 'number') warn('proxy_address is a number, a string was expected')
    const proxyAddress = given === undefined ? '' : String(given)
    if (proxyAddress.length > maxAddressLength) {
      throw new ContractError(48026, { detail: `proxy_address has ${proxyAddress.length} characters` })
    }
    return { proxyAddress: proxyAddress.trim() === '' ? undefined : proxyAddress }
  })
}

/**
 * Reads the answer to `GetCustomersList`. Rows that cannot be used are left out with a warning.
 *
 * @throws {ContractError} 48003 when there is no list of customers.
 */
export function readCustomersAnswer(json: unknown): Read<CustomersAnswer> {
  return reading((warn) => {
    const objects = requireFields(fieldOf(requireFields(json, 'the answer'), 'objects'), 'objects')
    const rows = fieldOf(objects, 'customers')
    if (!Array.isArray(rows)) {
      throw new ContractError(48003, { detail: `objects.customers is ${kindOf(rows)}, a list was expected` })
    }
    const customers = new Map<string, CustomerSummary>()
    for (const [index, row] of listOf(rows, 'objects.customers', maxCustomers, warn).entries()) {
      const customer = readSummary(row, `customers[${index}]`, warn)
      if (customer && customers.has(customer.customerId)) warn(`customers[${index}] comes twice: left out`)
      else if (customer) customers.set(customer.customerId, customer)
    }
    const nextPageToken = exactTextOf(fieldOf(objects, 'next_page_token'), 'next_page_token', maxTokenLength, warn)
    if (nextPageToken && customers.size === 0) warn('next_page_token beside an empty page: ignored')
    return {
      customers: [...customers.values()],
      searchable: booleanOf(fieldOf(objects, 'searchable'), 'searchable', warn),
      ...(nextPageToken && customers.size > 0 && { nextPageToken }),
    }
  })
}

/** Reads what a customer has in a list and in the details alike; `undefined` when there is no usable id. */
export function readSummary(row: unknown, where: string, warn: Warn, askedFor?: string): CustomerSummary | undefined {
  const fields = fieldsOf(row)
  if (!fields) {
    warn(`${where} is ${kindOf(row)}, an object was expected: left out`)
    return undefined
  }
  const given = exactTextOf(fieldOf(fields, 'customer_id'), `${where}.customer_id`, maxIdLength, warn)
  const customerId = given ?? askedFor
  if (given === undefined) {
    warn(`${where}.customer_id is missing or not usable: ${askedFor ? 'the one asked for is meant' : 'left out'}`)
  }
  if (customerId === undefined) return undefined
  const displayName = textOf(fieldOf(fields, 'display_name'), `${where}.display_name`, maxNameLength, warn)
  if (displayName === undefined) warn(`${where}.display_name is missing: the id is shown instead`)
  const avatar = readAvatar(fieldOf(fields, 'avatar'), `${where}.avatar`, warn)
  return { customerId, displayName: displayName ?? customerId, ...(avatar && { avatar }) }
}

function readAvatar(value: unknown, where: string, warn: Warn): string | undefined {
  const avatar = exactTextOf(value, where, maxAvatarLength, warn)
  if (avatar === undefined) return undefined
  if (/^data:image\//i.test(avatar) || (/^https:\/\//i.test(avatar) && URL.canParse(avatar))) return avatar
  warn(`${where} is neither an https: nor a data:image/ URL: left out`)
  return undefined
}
