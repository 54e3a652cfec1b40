import { type Arrived, carryInProcess, carryOverHttp, type SentRequest, signRequest } from '@firstline/callbacks'
import type { Engine } from '../engine.ts'

/** Twilio's limit for webhooks: https://www.twilio.com/docs/conversations/conversations-webhooks */
const timeoutMs = 5_000

/** What a receiver answered, or why there is no answer. */
export type Posted = { readonly status: number; readonly text: string } | { readonly failure: string }

/**
 * Posts a webhook: form-encoded, signed, and left after five seconds.
 *
 * @param id tells the receiver whether it is the same webhook again.
 * @param maxAnswerBytes what is read of the answer; the rest is left.
 */
export async function postWebhook(
  engine: Engine,
  url: string,
  params: Readonly<Record<string, string>>,
  { id, maxAnswerBytes }: { id: string; maxAnswerBytes: number },
): Promise<Posted> {
  const pairs = Object.entries(params)
  const body = new URLSearchParams(pairs).toString()
  const sent: SentRequest = {
    method: 'POST',
    url,
    body,
    headers: {
      'content-type': 'application/x-www-form-urlencoded; charset=utf-8',
      'content-length': String(Buffer.byteLength(body)),
      'x-twilio-signature': signRequest(url, pairs, engine.account.authToken),
      'i-twilio-idempotency-token': id,
    },
  }
  const signal = AbortSignal.timeout(timeoutMs)
  const bounds = { maxBytes: maxAnswerBytes, signal, allowPrivateAddresses: true }
  const arrived: Arrived = { timings: { totalMs: 0 }, chunks: [], truncated: false }
  try {
    if (engine.webhook?.url === url) await carryInProcess(engine.webhook.send, sent, arrived, bounds)
    else await carryOverHttp(sent, arrived, bounds)
  } catch (error) {
    const failure = signal.aborted ? `took longer than ${timeoutMs} ms` : `could not be reached: ${messageOf(error)}`
    return { failure }
  }
  return { status: arrived.head?.status ?? 0, text: Buffer.concat(arrived.chunks).toString('utf8') }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
