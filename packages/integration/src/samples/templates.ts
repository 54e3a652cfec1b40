import { createHash } from 'node:crypto'

/** `{{1}}` is the customer's first name, `{{2}}` whoever writes. Approved ones may open a WhatsApp conversation. */
export type SampleTemplate = {
  readonly id: string
  readonly category: string
  readonly content: string
  readonly approved: boolean
}

export const sampleTemplates: readonly SampleTemplate[] = [
  {
    id: 'introduction',
    category: 'Opening a conversation',
    content: 'Hello {{1}}, this is {{2}}. How can I help you with your home today?',
    approved: true,
  },
  {
    id: 'follow-up',
    category: 'Opening a conversation',
    content: 'Hello {{1}}, {{2}} here. We have an answer to your question: may we continue here?',
    approved: true,
  },
  {
    id: 'showroom',
    category: 'Opening a conversation',
    content:
      'Hello {{1}}, this is {{2}}. Would you like to see the pieces in our showroom? A reply with a day is enough.',
    approved: true,
  },
  {
    id: 'delivery-date',
    category: 'Orders and delivery',
    content: 'Hello {{1}}, your order is ready for delivery. Which day suits you best? Best wishes, {{2}}',
    approved: true,
  },
  {
    id: 'delivery-today',
    category: 'Orders and delivery',
    content: 'Good morning {{1}}, our van is with you today. The driver rings you half an hour before. {{2}}',
    approved: true,
  },
  {
    id: 'delayed',
    category: 'Orders and delivery',
    content:
      'Dear {{1}}, I am sorry: your order is delayed by about a week. I will write as soon as I know the day. {{2}}',
    approved: false,
  },
  {
    id: 'care',
    category: 'After the sale',
    content: 'Hello {{1}}, a hint for oiled wood: a thin coat twice a year, against the light. Any questions? {{2}}',
    approved: false,
  },
  {
    id: 'review',
    category: 'After the sale',
    content: 'Hello {{1}}, are you happy with your new furniture? A short answer helps us. Thank you, {{2}}',
    approved: true,
  },
  {
    id: 'thanks',
    category: 'After the sale',
    content: 'Thank you, {{1}}! If anything else comes up, just write here. {{2}}',
    approved: false,
  },
]

/** The form of a content SID: `HX` and 32 hexadecimal digits. */
export function contentSidOf(id: string): string {
  return `HX${createHash('sha256').update(`firstline sample ${id}`).digest('hex').slice(0, 32)}`
}

/** Fills in `{{1}}`, `{{2}}`, … and nothing that stands in the values. */
export function fillIn(content: string, variables: Readonly<Record<string, string>>): string {
  return content.replace(/\{\{(\d+)\}\}/g, (whole, name: string) => variables[name] ?? whole)
}
