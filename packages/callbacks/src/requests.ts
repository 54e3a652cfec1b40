import type { ChannelType } from '@firstline/addresses'

/** From which of the business's addresses is this customer contacted? */
export type GetProxyAddress = {
  readonly Location: 'GetProxyAddress'
  /** The app user's identity. */
  readonly Worker: string
  readonly CustomerId: string
  readonly ChannelType: ChannelType
  /** `+123456789`, `whatsapp:+123456789`, or a chat identity. */
  readonly ChannelValue: string
}

/** Which customers does this worker have? One page of them. */
export type GetCustomersList = {
  readonly Location: 'GetCustomersList'
  readonly Worker: string
  /** The app asks for 30. */
  readonly PageSize: number
  /** The last customer id received; for services that give no token. */
  readonly Anchor?: string | undefined
  /** What the last answer gave as `next_page_token`. */
  readonly NextPageToken?: string | undefined
  /** What the worker searches for; only if the service said that it is `searchable`. */
  readonly Query?: string | undefined
}

export type GetCustomerDetailsByCustomerId = {
  readonly Location: 'GetCustomerDetailsByCustomerId'
  readonly Worker: string
  readonly CustomerId: string
}

/** Which message templates are there for this customer? */
export type GetTemplatesByCustomerId = {
  readonly Location: 'GetTemplatesByCustomerId'
  readonly Worker: string
  readonly CustomerId: string
  readonly ConversationSid?: string | undefined
}

export type CallbackRequest =
  | GetProxyAddress
  | GetCustomersList
  | GetCustomerDetailsByCustomerId
  | GetTemplatesByCustomerId

export type Location = CallbackRequest['Location']

/** The three callbacks, each with a URL of its own. */
export const callbackNames = ['outgoingConversation', 'crm', 'templates'] as const
export type CallbackName = (typeof callbackNames)[number]

/** The locations, each with the callback that answers it. */
export const callbackByLocation = {
  GetProxyAddress: 'outgoingConversation',
  GetCustomersList: 'crm',
  GetCustomerDetailsByCustomerId: 'crm',
  GetTemplatesByCustomerId: 'templates',
} as const satisfies Record<Location, CallbackName>

/** Which of the three callbacks answers a location. */
export function callbackOf(location: Location): CallbackName {
  return callbackByLocation[location]
}

/** Whether a string is a location of the contract. */
export function isLocation(location: string): location is Location {
  return Object.hasOwn(callbackByLocation, location)
}

/** The parameters as names and values, those that are not given left out. */
export function parametersOf(request: CallbackRequest): [name: string, value: string][] {
  return Object.entries(request)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => [name, String(value).toWellFormed()])
}

/**
 * Form-encodes parameters. Spaces go as `%20`: some receivers do not decode `+`.
 *
 * @example encodeParameters([['Worker', 'Ada L@example.com']]) // 'Worker=Ada%20L%40example.com'
 */
export function encodeParameters(params: Iterable<readonly [name: string, value: string]>): string {
  // A plus sign itself goes as %2B, so every `+` here is a space.
  return new URLSearchParams([...params].map(([name, value]) => [name, value])).toString().replaceAll('+', '%20')
}
