import type { CallbackName, Settings } from '@firstline/app/api'

export type ProbeField = {
  name: string
  label: string
  hint?: string
  /** Left out of the request when empty. */
  optional?: boolean
  choices?: { value: string; label: string }[]
  start: string
}
export type ProbeLocation = { location: string; label: string; purpose: string; fields: ProbeField[] }
export type Callback = {
  name: CallbackName
  setting: keyof Settings
  title: string
  /** Where it is plain that a callback is meant. */
  short: string
  /** When it is called and what is to be answered. */
  purpose: string
  locations: ProbeLocation[]
}

const customerId: ProbeField = { name: 'CustomerId', label: 'Customer ID', hint: 'As your CRM knows them.', start: '1' }
const channelTypes = [
  { value: 'sms', label: 'SMS' },
  { value: 'whatsapp', label: 'WhatsApp' },
  { value: 'chat', label: 'Chat' },
]

/** The three callbacks: one table that the settings and "Try it" are both drawn from. */
export const callbacks: Callback[] = [
  {
    name: 'outgoingConversation',
    setting: 'outgoingConversationCallbackUrl',
    title: 'Outgoing Conversation Callback URL',
    short: 'Outgoing conversation',
    purpose:
      'Called when a worker starts a conversation. It answers with the business number from which this customer is to be contacted.',
    locations: [
      {
        location: 'GetProxyAddress',
        label: 'Business number for a customer',
        purpose: 'Asks from which business number a customer is to be contacted.',
        fields: [
          customerId,
          { name: 'ChannelType', label: 'Channel', choices: channelTypes, start: 'sms' },
          {
            name: 'ChannelValue',
            label: 'Customer’s address',
            hint: '+123456789, whatsapp:+123456789, or a chat identity',
            start: '+15550100100',
          },
        ],
      },
    ],
  },
  {
    name: 'crm',
    setting: 'crmCallbackUrl',
    title: 'CRM Callback URL',
    short: 'CRM',
    purpose:
      'Called for the list of a worker’s customers and for each customer’s details: name, channels, links, notes.',
    locations: [
      {
        location: 'GetCustomersList',
        label: 'Customer list',
        purpose: 'Asks for the customers of a worker, a page at a time.',
        fields: [
          { name: 'PageSize', label: 'Page size', hint: 'The app asks for 30.', start: '30' },
          { name: 'Query', label: 'Search for', hint: 'Sent when a worker searches.', optional: true, start: '' },
          {
            name: 'NextPageToken',
            label: 'Next page token',
            hint: 'From the answer before, when it gave one.',
            optional: true,
            start: '',
          },
          {
            name: 'Anchor',
            label: 'Anchor',
            hint: 'The last customer ID of the page before.',
            optional: true,
            start: '',
          },
        ],
      },
      {
        location: 'GetCustomerDetailsByCustomerId',
        label: 'One customer',
        purpose: 'Asks for everything that Customer Details shows.',
        fields: [customerId],
      },
    ],
  },
  {
    name: 'templates',
    setting: 'templatesCallbackUrl',
    title: 'Templates Callback URL',
    short: 'Templates',
    purpose:
      'Called when a worker opens the templates in a conversation. It answers with ready-made texts for this customer.',
    locations: [
      {
        location: 'GetTemplatesByCustomerId',
        label: 'Templates for a customer',
        purpose: 'Asks for the message templates, already filled in for a customer.',
        fields: [
          customerId,
          {
            name: 'ConversationSid',
            label: 'Conversation SID',
            hint: 'CH and 32 characters; may be left empty.',
            optional: true,
            start: '',
          },
        ],
      },
    ],
  },
]

/** A customer of whoever asks: with invented ones a service that works would say no. */
export type Sample = { customerId: string; channels: { type: string; value: string }[] }

/** What the fields of "Try it" hold before anybody types. */
export function prefilled(location: ProbeLocation, sample: Sample | undefined): Record<string, string> {
  const values: Record<string, string> = {}
  for (const field of location.fields) values[field.name] = field.start
  if (!sample) return values
  const [channel] = sample.channels
  if ('CustomerId' in values) values['CustomerId'] = sample.customerId
  if ('ChannelType' in values && channel) {
    values['ChannelType'] = channel.type
    values['ChannelValue'] = channel.value
  }
  return values
}

/**
 * The parameters of a probe, without the optional ones that were left empty.
 *
 * @example probeParams(location, { Worker: 'ada@example.com', PageSize: '30', Query: '' }) // without Query
 */
export function probeParams(location: ProbeLocation, values: Record<string, string>): Record<string, string> {
  const params: Record<string, string> = { Worker: values['Worker'] ?? '' }
  for (const field of location.fields) {
    const value = values[field.name] ?? ''
    if (value !== '' || !field.optional) params[field.name] = value
  }
  return params
}

/** What to suggest for a channel: the customer's own address, or one of the right kind. */
export function addressFor(channelType: string, sample: Sample | undefined): string {
  const own = sample?.channels.find((channel) => channel.type === channelType)
  if (own) return own.value
  if (channelType === 'whatsapp') return 'whatsapp:+15550100100'
  return channelType === 'chat' ? 'visitor-1' : '+15550100100'
}
