import { type Arrived, carryInProcess, carryOverHttp, type SentRequest, signRequest } from '@firstline/callbacks'
import type { Engine } from '../engine.ts'
import type { ServiceRow, WebhookEventRow } from '../tables.ts'
import { targetUrl } from './outbox.ts'

const timeoutMs = 5_000
/** The answer's text is of no use; reading a little keeps a talkative receiver from holding us. */
const maxAnswerBytes = 4_096
const batchSize = 50
/** A batch's events of one conversation are sent one after the other, so a lease outlives several time-outs. */
const leaseMs = 60_000
const giveUpAfterMs = 24 * 3_600_000
const firstRetryAfterMs = 500
const longestRetryAfterMs = 5 * 60_000
/** So often a failing event holds back what came after it in its conversation; then order gives way to progress. */
const attemptsInOrder = 6

/**
 * Sends the webhooks that are due: those of one conversation in order, conversations beside each other.
 * Rows are leased first, so that several processes on one database share the work.
 *
 * @returns when the next one is due (milliseconds since 1970), or undefined when there is none.
 */
export async function deliverWebhooks(engine: Engine, isStopping = () => false): Promise<number | undefined> {
  while (!isStopping()) {
    const events = await lease(engine)
    if (events.length === 0) break
    const services = await engine.database.db.selectFrom('service').selectAll().execute()
    const byConversation = Map.groupBy(events, (event) => event.conversation_sid)
    await Promise.all([...byConversation.values()].map((queue) => sendInOrder(engine, services, queue, isStopping)))
  }
  // What is due already and was not leased waits behind one of these.
  const now = engine.clock()
  const next = await engine.database.db
    .selectFrom('webhook_event')
    .select(({ fn, eb }) => [
      fn
        .min<number | null>(
          eb.case().when('due_at', '>', eb.ref('lease_until')).then(eb.ref('due_at')).else(eb.ref('lease_until')).end(),
        )
        .as('at'),
    ])
    .where(({ or, eb }) => or([eb('due_at', '>', now), eb('lease_until', '>', now)]))
    .executeTakeFirst()
  return next?.at ?? undefined
}

async function lease(engine: Engine): Promise<WebhookEventRow[]> {
  return engine.database.db.transaction().execute(async (tx) => {
    // One process leases at a time: otherwise a second could take the later events of a queue just taken.
    await engine.database.lock(tx, 'webhook lease')
    const now = engine.clock()
    const due = await tx
      .selectFrom('webhook_event as event')
      .selectAll('event')
      .where('due_at', '<=', now)
      .where('lease_until', '<=', now)
      .where(({ not, exists, selectFrom }) =>
        not(
          exists(
            selectFrom('webhook_event as earlier')
              .select('earlier.id')
              .whereRef('earlier.conversation_sid', '=', 'event.conversation_sid')
              .whereRef('earlier.position', '<', 'event.position')
              .where('earlier.attempts', '<', attemptsInOrder)
              .where(({ or, eb }) => or([eb('earlier.due_at', '>', now), eb('earlier.lease_until', '>', now)])),
          ),
        ),
      )
      .orderBy('position')
      .limit(batchSize)
      .execute()
    if (due.length > 0) {
      const ids = due.map((event) => event.id)
      await tx
        .updateTable('webhook_event')
        .set({ lease_until: now + leaseMs })
        .where('id', 'in', ids)
        .execute()
    }
    return due
  })
}

async function sendInOrder(
  engine: Engine,
  services: ServiceRow[],
  queue: WebhookEventRow[],
  isStopping: () => boolean,
): Promise<void> {
  const { db } = engine.database
  const leasedAt = engine.clock()
  const sent: string[] = []
  for (const [position, event] of queue.entries()) {
    const service = services.find((row) => row.sid === event.service_sid)
    const url = service && targetUrl(engine, service)
    const outOfTime = isStopping() || engine.clock() - leasedAt > leaseMs - 2 * timeoutMs
    const failure = outOfTime ? undefined : url ? await send(engine, url, event) : undefined
    if (!outOfTime && failure === undefined) {
      sent.push(event.id)
      continue
    }
    const rest = queue.slice(failure === undefined ? position : position + 1).map(({ id }) => id)
    if (rest.length > 0) await db.updateTable('webhook_event').set({ lease_until: 0 }).where('id', 'in', rest).execute()
    if (failure !== undefined) await retryLater(engine, event, failure)
    break
  }
  if (sent.length > 0) await db.deleteFrom('webhook_event').where('id', 'in', sent).execute()
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
    .set({ attempts: event.attempts + 1, due_at: dueAt, lease_until: 0 })
    .where('id', '=', event.id)
    .execute()
}
