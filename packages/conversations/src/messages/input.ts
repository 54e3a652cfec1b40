import { RestError, unsupported } from '../errors.ts'
import { type Dates, type Form, maxSmallAttributes, readAttributes, readDates } from '../http/form.ts'
import { isSid } from '../sids.ts'
import type { MessageRow } from '../tables.ts'
import { maxChatBody } from './length.ts'

export const unsupportedOnCreate = ['MediaSid', 'Subject']
export const unsupportedOnUpdate = ['Subject', 'DateCreated', 'DateUpdated']

export type Content = { readonly sid: string; readonly variables: Readonly<Record<string, string>> }
export type MessageInput = {
  readonly author: string
  readonly body: string | null
  readonly attributes: string
  readonly content: Content | undefined
  readonly dates?: Dates
}

/** @throws RestError for what is missing, malformed or too long; the carriers' shorter limit comes later. */
export function readMessageInput(form: Form): MessageInput {
  const author = readAuthor(form) ?? 'system'
  const content = readContent(form)
  const body = readBody(form)
  if (!body && !content) throw new RestError(20001, 'One of Body and ContentSid is required')
  const attributes = readAttributes(form, maxSmallAttributes) ?? '{}'
  return { author, body: body || null, attributes, content, dates: readDates(form) }
}

export type MessageChange = Partial<Pick<MessageRow, 'author' | 'body' | 'attributes'>>

export function readMessageChange(form: Form): MessageChange {
  const author = readAuthor(form)
  const body = readBody(form)
  const attributes = readAttributes(form, maxSmallAttributes)
  return {
    ...(author !== undefined && { author }),
    ...(body !== undefined && { body }),
    ...(attributes !== undefined && { attributes }),
  }
}

function readAuthor(form: Form): string | undefined {
  const author = form.get('Author')
  if (author === undefined) return undefined
  if (author.length > 256) throw new RestError(20001, 'Author must be at most 256 characters')
  return author || 'system'
}

function readBody(form: Form): string | undefined {
  const body = form.get('Body')
  if (body !== undefined && Buffer.byteLength(body) > maxChatBody) throw new RestError(50504)
  return body
}

function readContent(form: Form): Content | undefined {
  const sid = form.get('ContentSid')
  const text = form.get('ContentVariables')
  if (!sid) {
    if (text) throw unsupported('ContentVariables without ContentSid')
    return undefined
  }
  if (!isSid('HX', sid)) throw new RestError(20001, 'ContentSid is not a SID')
  return { sid, variables: text ? readVariables(text) : {} }
}

/** https://www.twilio.com/docs/api/errors/50540 and 50541 */
function readVariables(text: string): Record<string, string> {
  const invalid = new RestError(20001, 'ContentVariables must be a JSON object of strings')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
  } catch {
    throw invalid
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) throw invalid
  for (const [key, value] of Object.entries(parsed)) {
    if (typeof value !== 'string') throw invalid
    if (key.length > 16) throw new RestError(50540)
    if (value.length > 256) throw new RestError(50541)
  }
  return parsed as Record<string, string>
}
