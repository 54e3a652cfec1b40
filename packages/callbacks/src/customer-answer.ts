import { isChannelType, readContactAddress } from '@firstline/addresses'
import { type CustomerSummary, readSummary } from './answers.ts'
import { ContractError } from './errors.ts'
import {
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

/** `startable`: a known type with a usable address. Others are shown and cannot be started. */
export type CustomerChannel = { readonly type: string; readonly value: string; readonly startable: boolean }

/** `href` is there for `https:` and `mailto:` only; without it the value is text. */
export type CustomerLink = {
  readonly type: string
  readonly value: string
  readonly displayName: string
  readonly href?: string
}

export type CustomerDetails = { readonly title: string; readonly content: string }

export type CustomerAnswer = CustomerSummary & {
  readonly channels: readonly CustomerChannel[]
  readonly links: readonly CustomerLink[]
  readonly details?: CustomerDetails
}

const maxEntries = 50
const maxTypeLength = 64
const maxValueLength = 2_048
const maxTitleLength = 256
const maxContentLength = 20_000

/**
 * Reads the answer to `GetCustomerDetailsByCustomerId`: `undefined` when it holds no customer.
 *
 * @param askedFor the id that was asked for: an answer about another customer is refused.
 * @throws {ContractError} 48003 when it is not of the documented shape, or about another customer.
 */
export function readCustomerAnswer(json: unknown, askedFor?: string): Read<CustomerAnswer | undefined> {
  return reading((warn) => {
    if (isNothing(json)) return undefined
    const objects = fieldOf(requireFields(json, 'the answer'), 'objects')
    if (isNothing(objects)) return undefined
    const given = fieldOf(requireFields(objects, 'objects'), 'customer')
    if (isNothing(given)) return undefined
    const fields = requireFields(given, 'objects.customer')
    if (isNothing(fieldOf(fields, 'customer_id')) && isNothing(fieldOf(fields, 'display_name'))) return undefined
    const summary = readSummary(fields, 'customer', warn, askedFor)
    if (!summary) return undefined
    if (askedFor !== undefined && summary.customerId !== askedFor) {
      throw new ContractError(48003, { detail: 'the answer is about another customer than the one asked for' })
    }
    const details = readDetails(fieldOf(fields, 'details'), warn)
    return {
      ...summary,
      channels: readChannels(fieldOf(fields, 'channels'), warn),
      links: readLinks(fieldOf(fields, 'links'), warn),
      ...(details && { details }),
    }
  })
}

/** The many ways in which services say that there is nobody. */
function isNothing(value: unknown): boolean {
  if (value === undefined || value === null || value === false) return true
  if (typeof value === 'string') return value.trim() === ''
  return Array.isArray(value) && value.length === 0
}

function readChannels(value: unknown, warn: Warn): CustomerChannel[] {
  const channels = new Map<string, CustomerChannel>()
  for (const [index, entry] of listOf(value, 'channels', maxEntries, warn).entries()) {
    const where = `channels[${index}]`
    const fields = fieldsOf(entry) ?? {}
    const type = readType(fieldOf(fields, 'type'), where, warn)
    const address = exactTextOf(fieldOf(fields, 'value'), `${where}.value`, maxValueLength, warn)?.trim()
    if (!type || !address) {
      warn(`${where} has no ${type ? 'address' : 'type'}: left out`)
      continue
    }
    const startable = isChannelType(type) && readContactAddress(type, address) !== undefined
    if (isChannelType(type) && !startable) warn(`${where} has no usable ${type} address: it cannot be started`)
    channels.set(JSON.stringify([type, address]), { type, value: address, startable })
  }
  return [...channels.values()]
}

function readType(value: unknown, where: string, warn: Warn): string | undefined {
  const type = textOf(value, `${where}.type`, maxTypeLength, warn)
  const lower = type?.toLowerCase()
  if (!type || !lower || type === lower || !isChannelType(lower)) return type
  warn(`${where}.type is written "${type}": taken as "${lower}"`)
  return lower
}

function readLinks(value: unknown, warn: Warn): CustomerLink[] {
  const links: CustomerLink[] = []
  for (const [index, entry] of listOf(value, 'links', maxEntries, warn).entries()) {
    const where = `links[${index}]`
    const fields = fieldsOf(entry) ?? {}
    const target = textOf(fieldOf(fields, 'value'), `${where}.value`, maxValueLength, warn)
    if (!target) {
      warn(`${where} has no value: left out`)
      continue
    }
    const href = hrefOf(target)
    if (!href) warn(`${where} is neither https: nor mailto: and is shown as text`)
    links.push({
      type: textOf(fieldOf(fields, 'type'), `${where}.type`, maxTypeLength, warn) ?? '',
      value: target,
      displayName: textOf(fieldOf(fields, 'display_name'), `${where}.display_name`, maxTitleLength, warn) ?? target,
      ...(href && { href }),
    })
  }
  return links
}

function hrefOf(target: string): string | undefined {
  const url = URL.canParse(target) ? new URL(target) : undefined
  return url && (url.protocol === 'https:' || url.protocol === 'mailto:') ? url.href : undefined
}

function readDetails(value: unknown, warn: Warn): CustomerDetails | undefined {
  if (value === undefined) return undefined
  const fields = fieldsOf(value)
  if (!fields && typeof value !== 'string') {
    warn(`details is ${kindOf(value)}, an object was expected: left out`)
    return undefined
  }
  if (!fields) warn('details is a string, an object was expected: taken as its content')
  const title = fields && textOf(fieldOf(fields, 'title'), 'details.title', maxTitleLength, warn)
  const content = textOf(fields ? fieldOf(fields, 'content') : value, 'details.content', maxContentLength, warn)
  return title || content ? { title: title ?? '', content: content ?? '' } : undefined
}
