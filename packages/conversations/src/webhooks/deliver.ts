import { type Arrived, carryInProcess, carryOverHttp, type SentRequest, signRequest } from '@firstline/callbacks'
import type { Engine } from '../engine.ts'
import type { ServiceRow, WebhookEventRow } from '../tables.ts'
import { targetUrl } from './outbox.ts'

const timeoutMs = 5_000
/** The answer's text is of no use; reading a little keeps a talkative receiver from holding us. */
const maxAnswerBytes = 4_096
const conversationsAtOnce = 50
const batchSize = 50
/** How long a conversation's events are sent before others, and whoever stops the engine, get their turn. */
const turnMs = 10_000
const giveUpAfterMs = 24 * 3_600_000
const firstRetryAfterMs = 500
const longestRetryAfterMs = 5 * 60_000
/** So often a failing event holds back what came after it in its conversation; then order gives way to progress. */
const attemptsInOrder = 6

/**
 * Sends the webhooks that are due: those of one conversation in order, conversations beside each other.
 * A conversation is held meanwhile, so that several processes on one database share the work.
 *
 * @returns when the next one is due (milliseconds since 1970), or undefined when there is none.
 */
export async function deliverWebhooks(engine: Engine, isStopping = () => false): Promise<number | undefined> {
  const { db } = engine.database
  /** What other processes have in hand; they look again when they are woken. */
  const elsewhere: string[] = []
  while (!isStopping()) {
    const sids = await dueConversations(engine, elsewhere)
    if (sids.length === 0) break
    const services = await db.selectFrom('service').selectAll().execute()
    const taken = await Promise.all(sids.map((sid) => deliverOf(engine, services, sid, isStopping)))
    elsewhere.push(...sids.filter((_, index) => !taken[index]))
  }
  const next = await db
    .selectFrom('webhook_event')
    .select(({ fn }) => fn.min<number | null>('due_at').as('at'))
    .where('due_at', '>', engine.clock())
    .executeTakeFirst()
  return next?.at ?? undefined
}

/** Events that are due, and not behind one of their conversation that is not. */
function dueEvents({ database, clock }: Engine) {
  const now = clock()
  return database.db
    .selectFrom('webhook_event as event')
    .where('due_at', '<=', now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('webhook_event as earlier')
            .select('earlier.id')
            .whereRef('earlier.conversation_sid', '=', 'event.conversation_sid')
            .whereRef('earlier.position', '<', 'event.position')
            .where('earlier.attempts', '<', attemptsInOrder)
            .where('earlier.due_at', '>', now),
        ),
      ),
    )
}

async function dueConversations(engine: Engine, except: string[]): Promise<string[]> {
  const rows = await dueEvents(engine)
    .select('conversation_sid as sid')
    .$if(except.length > 0, (query) => query.where('conversation_sid', 'not in', except))
    .groupBy('conversation_sid')
    .orderBy(({ fn }) => fn.min('position'))
    .limit(conversationsAtOnce)
    .execute()
  return rows.map(({ sid }) => sid)
}

/** @returns `false` when another process has the conversation in hand. */
async function deliverOf(
  engine: Engine,
  services: ServiceRow[],
  sid: string,
  isStopping: () => boolean,
): Promise<boolean> {
  const hold = await engine.database.hold(`webhooks ${sid}`)
  if (!hold) return false
  try {
    const queue = await dueEvents(engine)
      .selectAll()
      .where('conversation_sid', '=', sid)
      .orderBy('position')
      .limit(batchSize)
      .execute()
    const endsAt = engine.clock() + turnMs
    await sendInOrder(engine, services, queue, () => isStopping() || !hold.isHeld() || engine.clock() > endsAt)
  } finally {
    await hold.release()
  }
  return true
}

async function sendInOrder(
  engine: Engine,
  services: ServiceRow[],
  queue: WebhookEventRow[],
  isOver: () => boolean,
): Promise<void> {
  const sent: string[] = []
  for (const event of queue) {
    if (isOver()) break
    const service = services.find((row) => row.sid === event.service_sid)
    const url = service && targetUrl(engine, service)
    const failure = url ? await send(engine, url, event) : undefined
    if (failure !== undefined) {
      await retryLater(engine, event, failure)
      break
    }
    sent.push(event.id)
  }
  if (sent.length > 0) await engine.database.db.deleteFrom('webhook_event').where('id', 'in', sent).execute()
}

/** @returns why the receiver did not take it, or undefined when it did. */
async function send(engine: Engine, url: string, event: WebhookEventRow): Promise<string | undefined> {
  const stored: Record<string, string> = JSON.parse(event.params)
  const params = Object.entries({ ...stored, RetryCount: String(event.attempts) })
  const body = new URLSearchParams(params).toString()
  const sent: SentRequest = {
    method: 'POST',
    url,
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-twilio-signature': signRequest(url, params, engine.account.authToken),
      'i-twilio-idempotency-token': event.id,
    },
  }
  const signal = AbortSignal.timeout(timeoutMs)
  const bounds = { maxBytes: maxAnswerBytes, signal, allowPrivateAddresses: true }
  const arrived: Arrived = { timings: { totalMs: 0 }, chunks: [], truncated: false }
  try {
    if (engine.webhook?.url === url) await carryInProcess(engine.webhook.send, sent, arrived, bounds)
    else await carryOverHttp(sent, arrived, bounds)
  } catch (error) {
    return signal.aborted ? `took longer than ${timeoutMs} ms` : `could not be reached: ${(error as Error).message}`
  }
  const status = arrived.head?.status ?? 0
  return status >= 200 && status < 300 ? undefined : `answered ${status}`
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
