import type { Engine } from '../engine.ts'
import type { WebhookEventRow } from '../tables.ts'
import { type Delivery, dueEvents } from './due.ts'
import { settleLane } from './lane.ts'
import { postWebhook } from './post.ts'

/** The answer's text is of no use; reading a little keeps a talkative receiver from holding us. */
const maxAnswerBytes = 4_096
const batchSize = 50
/** How long a conversation's events are sent before others, and whoever stops the engine, get their turn. */
const turnMs = 10_000
const giveUpAfterMs = 24 * 3_600_000
const firstRetryAfterMs = 500
const longestRetryAfterMs = 5 * 60_000

/**
 * Sends the webhooks of a conversation that are due, in order. It is held meanwhile, so that several processes on one
 * database share the work.
 *
 * @returns `false` when another process has the conversation in hand.
 */
export async function deliverWebhooks(
  engine: Engine,
  { key, target }: Delivery,
  isStopping: () => boolean,
): Promise<boolean> {
  const hold = await engine.database.hold(`webhooks ${key}`)
  if (!hold) return false
  try {
    const queue = await dueEvents(engine, key, batchSize)
    const endsAt = engine.clock() + turnMs
    const isOver = () => isStopping() || !hold.isHeld() || engine.clock() > endsAt
    await settleLane(engine, key, await sendInOrder(engine, target, queue, isOver))
  } finally {
    await hold.release()
  }
  return true
}

/** @returns the ids of those that need not be sent again. */
async function sendInOrder(
  engine: Engine,
  target: string,
  queue: WebhookEventRow[],
  isOver: () => boolean,
): Promise<string[]> {
  const sent: string[] = []
  for (const event of queue) {
    if (isOver()) break
    const failure = target ? await send(engine, target, event) : undefined
    if (failure !== undefined) {
      await retryLater(engine, event, failure)
      break
    }
    sent.push(event.id)
  }
  return sent
}

/** @returns why the receiver did not take it, or undefined when it did. */
async function send(engine: Engine, url: string, event: WebhookEventRow): Promise<string | undefined> {
  const stored: Record<string, string> = JSON.parse(event.params)
  const params = { ...stored, RetryCount: String(event.attempts) }
  const posted = await postWebhook(engine, url, params, { id: event.id, maxAnswerBytes })
  if ('failure' in posted) return posted.failure
  return posted.status >= 200 && posted.status < 300 ? undefined : `answered ${posted.status}`
}

async function retryLater(engine: Engine, event: WebhookEventRow, failure: string): Promise<void> {
  const now = engine.clock()
  const fields = { event: event.event_type, conversationSid: event.conversation_sid, attempt: event.attempts + 1 }
  if (now - event.created_at > giveUpAfterMs) {
    engine.log.error(fields, `webhook given up: the receiver ${failure}`)
    await engine.database.db.deleteFrom('webhook_event').where('id', '=', event.id).execute()
    return
  }
  engine.log.warn(fields, `webhook will be sent again: the receiver ${failure}`)
  const backoff = Math.min(longestRetryAfterMs, firstRetryAfterMs * 2 ** Math.min(event.attempts, 20))
  const dueAt = now + Math.round(backoff * (0.5 + Math.random() / 2))
  await engine.database.db
    .updateTable('webhook_event')
    .set({ attempts: event.attempts + 1, due_at: dueAt })
    .where('id', '=', event.id)
    .execute()
}
