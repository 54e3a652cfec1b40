/** The four questions of the contract: each calls, reads the answer, and tells both together. */
import { type CustomersAnswer, type ProxyAnswer, readCustomersAnswer, readProxyAnswer } from './answers.ts'
import { type CallOptions, callCallback, type Exchange } from './call.ts'
import { type CustomerAnswer, readCustomerAnswer } from './customer-answer.ts'
import { ContractError } from './errors.ts'
import type { Read } from './reading.ts'
import type {
  CallbackRequest,
  GetCustomerDetailsByCustomerId,
  GetCustomersList,
  GetProxyAddress,
  GetTemplatesByCustomerId,
} from './requests.ts'
import { readTemplatesAnswer, type TemplateCategory } from './templates-answer.ts'

/**
 * Either `value` or `error`, or, for a customer, `notFound`; nothing when the caller gave up. The exchange holds the
 * reader's warnings and error too.
 */
export type Asked<T> = {
  readonly exchange: Exchange
  readonly value?: T
  readonly error?: ContractError
  readonly notFound?: true
}

/** Asks from which address a customer is contacted. A missing address is no error here: chat needs none. */
export function askProxyAddress(
  params: Omit<GetProxyAddress, 'Location'>,
  options: CallOptions,
): Promise<Asked<ProxyAnswer>> {
  return ask({ Location: 'GetProxyAddress', ...params }, options, readProxyAnswer)
}

/** Asks for a page of a worker's customers. */
export function askCustomers(
  params: Omit<GetCustomersList, 'Location'>,
  options: CallOptions,
): Promise<Asked<CustomersAnswer>> {
  return ask({ Location: 'GetCustomersList', ...params }, options, readCustomersAnswer)
}

/** Asks for a customer's details. 404, or 200 without a customer, is `notFound` and no error. */
export async function askCustomer(
  params: Omit<GetCustomerDetailsByCustomerId, 'Location'>,
  options: CallOptions,
): Promise<Asked<CustomerAnswer>> {
  const read = (json: unknown) => readCustomerAnswer(json, params.CustomerId)
  const asked = await ask({ Location: 'GetCustomerDetailsByCustomerId', ...params }, options, read)
  const { value, exchange } = asked
  if (exchange.response?.status === 404) return { exchange: withoutError(exchange), notFound: true }
  if (exchange.givenUp) return { exchange }
  if (asked.error) return { exchange, error: asked.error }
  return value ? { exchange, value } : { exchange, notFound: true }
}

/** Asks for the templates for a customer. 404 means that there are none. */
export async function askTemplates(
  params: Omit<GetTemplatesByCustomerId, 'Location'>,
  options: CallOptions,
): Promise<Asked<TemplateCategory[]>> {
  const asked = await ask({ Location: 'GetTemplatesByCustomerId', ...params }, options, readTemplatesAnswer)
  if (asked.exchange.response?.status !== 404) return asked
  return { exchange: withoutError(asked.exchange), value: [] }
}

async function ask<T>(
  request: CallbackRequest,
  options: CallOptions,
  read: (json: unknown) => Read<T>,
): Promise<Asked<T>> {
  const exchange = await callCallback(request, options)
  if (exchange.givenUp) return { exchange }
  if (exchange.error) return { exchange, error: errorOf(exchange, exchange.error) }
  try {
    const { value, warnings } = read(exchange.json)
    return { exchange: { ...exchange, warnings: [...exchange.warnings, ...warnings] }, value }
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    return { exchange: { ...exchange, error: { code: error.code, detail: error.detail ?? error.title } }, error }
  }
}

function errorOf({ location, response }: Exchange, { code, detail }: NonNullable<Exchange['error']>): ContractError {
  if (code === 48004 && response?.status === 403) {
    const question = location === 'GetProxyAddress'
    return new ContractError(code, {
      detail,
      retryable: false,
      worker: question
        ? 'Your company does not allow writing to this customer on this channel. Ask your administrator.'
        : 'Your company does not allow you to see this. Ask your administrator.',
      cause: 'The integration service refused with status 403.',
      remedy:
        'If this worker should be allowed, correct it in the integration service. If it refuses everybody, it may ' +
        'check signatures with another auth token: the command "firstline token" prints the right one.',
    })
  }
  if (code === 48004 && response?.status === 404 && location === 'GetProxyAddress') {
    return new ContractError(code, {
      detail,
      retryable: false,
      worker:
        "Your company's customer system has no number from which to write to this customer. Tell your administrator.",
      cause: 'The integration service knows no such customer (status 404).',
      remedy: 'Add the customer there. If it says so of everybody, the URL of the callback may be wrong.',
    })
  }
  if (code === 48004 && response?.status === 422) {
    return new ContractError(code, {
      detail,
      retryable: false,
      cause: `The integration service does not know the Location ${location} (status 422).`,
      remedy: 'Set the URL of the service that answers this Location, or let the service answer it.',
    })
  }
  return new ContractError(code, { detail })
}

function withoutError(exchange: Exchange): Exchange {
  const { error: _, ...rest } = exchange
  return rest
}
