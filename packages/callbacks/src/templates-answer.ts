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
  textOf,
  type Warn,
} from './reading.ts'

/** `contentSid` and `contentVariables`, when there, are sent instead of the text. */
export type Template = {
  readonly content: string
  readonly whatsAppApproved: boolean
  readonly contentSid?: string
  readonly contentVariables?: Readonly<Record<string, string>>
}

export type TemplateCategory = { readonly displayName: string; readonly templates: readonly Template[] }

/** A message's longest body on sms and whatsapp. */
const maxContentLength = 1_600
const maxCategories = 50
const maxTemplates = 200
const maxVariables = 100
const contentSidForm = /^HX[0-9a-f]{32}$/i

/**
 * Reads the answer to `GetTemplatesByCustomerId`.
 *
 * @throws {ContractError} 48003 when it is no list of categories.
 */
export function readTemplatesAnswer(json: unknown): Read<TemplateCategory[]> {
  return reading((warn) => {
    if (!Array.isArray(json)) {
      throw new ContractError(48003, { detail: `the answer is ${kindOf(json)}, a list of categories was expected` })
    }
    const categories: TemplateCategory[] = []
    for (const [index, entry] of listOf(json, 'the answer', maxCategories, warn).entries()) {
      const where = `[${index}]`
      const fields = fieldsOf(entry)
      if (!fields) {
        warn(`${where} is ${kindOf(entry)}, an object was expected: left out`)
        continue
      }
      const displayName = textOf(fieldOf(fields, 'display_name'), `${where}.display_name`, 256, warn)
      if (displayName === undefined) warn(`${where}.display_name is missing`)
      const templates = listOf(fieldOf(fields, 'templates'), `${where}.templates`, maxTemplates, warn)
        .map((template, at) => readTemplate(template, `${where}.templates[${at}]`, warn))
        .filter((template) => template !== undefined)
      categories.push({ displayName: displayName ?? '', templates })
    }
    return categories
  })
}

function readTemplate(entry: unknown, where: string, warn: Warn): Template | undefined {
  const fields = fieldsOf(entry)
  const content = fields && textOf(fieldOf(fields, 'content'), `${where}.content`, Number.POSITIVE_INFINITY, warn)
  if (!content || content.length > maxContentLength) {
    warn(`${where} ${content ? `is longer than ${maxContentLength} characters` : 'has no content'}: left out`)
    return undefined
  }
  const whatsAppApproved = booleanOf(fieldOf(fields, 'whatsAppApproved'), `${where}.whatsAppApproved`, warn)
  const sid = exactTextOf(fieldOf(fields, 'content_sid'), `${where}.content_sid`, 64, warn)
  if (sid === undefined) return { content, whatsAppApproved }
  if (!contentSidForm.test(sid)) {
    warn(`${where}.content_sid is not HX and 32 hexadecimal digits: ignored`)
    return { content, whatsAppApproved }
  }
  const contentVariables = readVariables(fieldOf(fields, 'content_variables'), `${where}.content_variables`, warn)
  return { content, whatsAppApproved, contentSid: sid, ...(contentVariables && { contentVariables }) }
}

/** An object, or the JSON text of one, which is what the Conversations API itself takes. */
function readVariables(value: unknown, where: string, warn: Warn): Record<string, string> | undefined {
  if (value === undefined || value === '') return undefined
  const fields = fieldsOf(typeof value === 'string' ? parsed(value) : value)
  if (!fields) {
    warn(`${where} is not an object: ignored`)
    return undefined
  }
  const entries = Object.entries(fields).slice(0, maxVariables)
  return Object.fromEntries(
    entries.map(([name, given]) => [
      name.slice(0, 64),
      textOf(given, `${where}.${name.slice(0, 64)}`, maxContentLength, warn) ?? '',
    ]),
  )
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return undefined
  }
}
