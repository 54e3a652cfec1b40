import { randomUUID } from 'node:crypto'
import type { Engine } from '../engine.ts'
import { RestError } from '../errors.ts'
import { changeForm, type Form } from '../http/form.ts'
import { type RestContext, wantsWebhooks } from '../http/scope.ts'
import type { ServiceRow } from '../tables.ts'
import { type Params, webhookParams } from './events.ts'
import { filtersOf, type PreActionEvent } from './outbox.ts'
import { postWebhook } from './post.ts'

/** Longer than any change that could be taken. */
const maxAnswerBytes = 128 * 1024

/** What a receiver may change, as its answer and as the API's parameters name it. */
const ofConversation = { friendly_name: 'FriendlyName', attributes: 'Attributes' }
const ofParticipant = { attributes: 'Attributes' }
const ofMessage = { body: 'Body', author: 'Author', attributes: 'Attributes' }
const changeable: Partial<Record<PreActionEvent, Readonly<Record<string, string>>>> = {
  onConversationAdd: ofConversation,
  onConversationUpdate: ofConversation,
  onParticipantAdd: ofParticipant,
  onParticipantUpdate: ofParticipant,
  onMessageAdd: ofMessage,
  onMessageUpdate: ofMessage,
}

/** What of a request a receiver is told, by the names that parameters and webhooks have in common. */
const told = [
  ...['FriendlyName', 'UniqueName', 'State', 'MessagingServiceSid', 'Identity', 'LastReadMessageIndex'],
  ...['MessagingBinding.Address', 'MessagingBinding.ProxyAddress', 'Body', 'Author', 'ContentSid', 'Attributes'],
]

/** A write of the REST API, before it happens. */
export type Intention<Input> = {
  readonly action: PreActionEvent
  readonly form: Form
  readonly read: (form: Form) => Input
  /** What is there already. Looked up only when somebody is to be told. */
  readonly about: () => Params | Promise<Params>
}

/**
 * Reads a write's input, and asks the service's pre-action webhook when the request says so.
 *
 * @returns the input as the receiver would have it, which has passed the same checks.
 * @throws RestError 20403 when the receiver rejects it, and what `read` and `about` throw.
 * @example const input = await readAsked(c, { action: 'onMessageUpdate', form, read: readMessageChange, about })
 */
export async function readAsked<Input>(
  c: RestContext,
  { action, form, read, about }: Intention<Input>,
): Promise<Input> {
  const { engine, service } = c.get('scope')
  const input = read(form)
  if (!wantsWebhooks(c)) return input
  const changes = await askBefore(engine, service, action, async () => {
    const sent = told.filter((name) => form.has(name)).map((name) => [name, form.get(name)])
    return { Source: 'API', ...(await about()), ...Object.fromEntries(sent) }
  })
  return changes ? read(changeForm(form, changes)) : input
}

/** The same for a removal, at which there is nothing to change. */
export async function askBeforeRemoval(
  c: RestContext,
  action: PreActionEvent,
  about: () => Promise<Params>,
): Promise<void> {
  const { engine, service } = c.get('scope')
  if (!wantsWebhooks(c)) return
  await askBefore(engine, service, action, async () => ({ Source: 'API', ...(await about()) }))
}

/**
 * Asks a service's pre-action webhook whether something may happen. Nothing may be held meanwhile: it takes as long as
 * the receiver does, five seconds at most. One that cannot be reached lets everything pass.
 *
 * @param about what the receiver is told; looked up only when there is one.
 * @returns the API's parameters that are to be other than they were sent; undefined when all stays as it is.
 * @throws RestError 20403 when the receiver answers 4xx or 5xx.
 */
export async function askBefore(
  engine: Engine,
  service: ServiceRow,
  action: PreActionEvent,
  about: () => Promise<Params>,
): Promise<Record<string, string> | undefined> {
  const url = service.pre_webhook_url
  if (!url || !filtersOf(service).includes(action)) return undefined
  const params = webhookParams(engine, action, service.sid, await about())
  const posted = await postWebhook(engine, url, params, { id: randomUUID(), maxAnswerBytes })
  if ('status' in posted) {
    if (posted.status >= 400) throw new RestError(20403, `${action} was rejected by its webhook: ${posted.status}`)
    if (posted.status >= 200 && posted.status < 300) return readChanges(action, posted.text)
  }
  const failure = 'failure' in posted ? posted.failure : `answered ${posted.status}`
  engine.log.warn({ event: action, serviceSid: service.sid }, `passed unasked: the receiver ${failure}`)
  return undefined
}

/** An answer that is no JSON object, such as `OK`, changes nothing. */
function readChanges(action: PreActionEvent, text: string): Record<string, string> | undefined {
  const answer = readObject(text)
  if (!answer) return undefined
  const changes: Record<string, string> = {}
  for (const [key, name] of Object.entries(changeable[action] ?? {})) {
    const value = answer[key]
    if (typeof value === 'string') changes[name] = value
    // Attributes are JSON in a string, which some receivers send as it is.
    else if (key === 'attributes' && typeof value === 'object' && value !== null) changes[name] = JSON.stringify(value)
  }
  return changes
}

function readObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : undefined
  } catch {
    return undefined
  }
}
