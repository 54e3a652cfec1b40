import {
  type CallbackRequest,
  type GetCustomerDetailsByCustomerId,
  type GetCustomersList,
  type GetProxyAddress,
  type GetTemplatesByCustomerId,
  isLocation,
} from './requests.ts'
import { verifySignature } from './signature.ts'

type Answer<T> = T | Promise<T>

/** What a service answers for each location, in the words of the wire. A location without a handler is 422. */
export type Handlers = {
  readonly GetProxyAddress?: (request: GetProxyAddress) => Answer<{ proxy_address?: string }>
  readonly GetCustomersList?: (request: GetCustomersList) => Answer<{
    objects: {
      customers: readonly { customer_id: string | number; display_name: string; avatar?: string }[]
      searchable?: boolean
      next_page_token?: string
    }
  }>
  readonly GetCustomerDetailsByCustomerId?: (request: GetCustomerDetailsByCustomerId) => Answer<{
    objects: {
      customer: {
        customer_id: string | number
        display_name: string
        avatar?: string
        channels?: readonly { type: string; value: string }[]
        links?: readonly { type: string; value: string; display_name: string }[]
        details?: { title: string; content: string }
      }
    }
  }>
  readonly GetTemplatesByCustomerId?: (request: GetTemplatesByCustomerId) => Answer<
    readonly {
      display_name: string
      templates: readonly {
        content: string
        whatsAppApproved?: boolean
        content_sid?: string
        content_variables?: Readonly<Record<string, string>>
      }[]
    }[]
  >
}

export type AnswerOptions = {
  /** The public URL as the sender has it configured; it is never guessed from headers. */
  readonly url: string
  /** At least one; a second while they rotate. */
  readonly authTokens: readonly string[] | (() => readonly string[])
  /** 65,536 by default. */
  readonly maxBytes?: number | undefined
  readonly handlers: Handlers
  /** Told of an error that a handler did not mean to throw; the sender gets a bare 500. */
  readonly onError?: ((error: unknown) => void) | undefined
}

export type Received = {
  readonly method: string
  readonly contentType: string | null | undefined
  readonly signature: string | null | undefined
  readonly body: Uint8Array
}

export type Answered = { readonly status: number; readonly headers: Record<string, string>; readonly body: string }

/** Thrown by a handler: 403 "not for you", 404 "no such customer". */
export class Refusal extends Error {
  override readonly name = 'Refusal'
  readonly status: 403 | 404

  constructor(status: 403 | 404, message: string) {
    super(message)
    this.status = status
  }
}

export const defaultMaxRequestBytes = 65_536
/** The document's name for the type, and the real one. */
const formTypes = new Set(['application/x-www-form-urlencoded', 'application/x-www-urlencoded'])
const required = {
  GetProxyAddress: ['Worker', 'CustomerId', 'ChannelType', 'ChannelValue'],
  GetCustomersList: ['Worker'],
  GetCustomerDetailsByCustomerId: ['Worker', 'CustomerId'],
  GetTemplatesByCustomerId: ['Worker', 'CustomerId'],
} as const

/**
 * Answers a callback: size, content type, form, signature, and only then its meaning.
 * 405, 413, 415, 403 and 422 (a Location that is not known) are the contract's refusals; 400 is a missing parameter.
 *
 * @throws TypeError when there is no auth token.
 */
export async function answerCallback(received: Received, options: AnswerOptions): Promise<Answered> {
  if (received.method !== 'POST')
    return { ...refuse(405, 'callbacks are POST requests'), headers: { ...json, allow: 'POST' } }
  if (received.body.byteLength > (options.maxBytes ?? defaultMaxRequestBytes))
    return refuse(413, 'the request is too large')
  const type = (received.contentType ?? '').split(';')[0]?.trim().toLowerCase() ?? ''
  if (!formTypes.has(type)) return refuse(415, 'application/x-www-form-urlencoded was expected')

  const params = new URLSearchParams(new TextDecoder().decode(received.body))
  const authTokens = typeof options.authTokens === 'function' ? options.authTokens() : options.authTokens
  if (!verifySignature({ url: options.url, params, signature: received.signature, authTokens })) {
    return refuse(403, 'the signature does not hold')
  }

  const location = params.get('Location') ?? ''
  const handler = isLocation(location) ? options.handlers[location] : undefined
  if (!isLocation(location) || !handler) return refuse(422, 'this Location is not known here')
  const missing = required[location].filter((name) => !params.get(name))
  if (missing.length > 0) return refuse(400, `missing: ${missing.join(', ')}`)
  try {
    const answer = await (handler as (request: CallbackRequest) => Answer<unknown>)(interpret(location, params))
    return { status: 200, headers: json, body: JSON.stringify(answer) }
  } catch (error) {
    if (error instanceof Refusal) return refuse(error.status, error.message)
    options.onError?.(error)
    return refuse(500, 'internal error')
  }
}

const json = { 'content-type': 'application/json' }
const defaultPageSize = 30

function interpret(location: CallbackRequest['Location'], params: URLSearchParams): CallbackRequest {
  const given: Record<string, unknown> = Object.fromEntries(params)
  if (location !== 'GetCustomersList') return { ...given, Location: location } as CallbackRequest
  const size = params.get('PageSize') ?? ''
  return {
    ...given,
    Location: location,
    PageSize: /^[1-9]\d{0,3}$/.test(size) ? Number(size) : defaultPageSize,
  } as GetCustomersList
}

function refuse(status: number, message: string): Answered {
  return { status, headers: json, body: JSON.stringify({ message }) }
}
