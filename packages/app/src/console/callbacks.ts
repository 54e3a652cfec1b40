/** Where the callbacks go, and the log of what was sent and what came back. */
import { randomUUID } from 'node:crypto'
import type { CallOptions, Location } from '@firstline/callbacks'
import type { CallbackName } from '../api.ts'
import type { Context } from '../context.ts'
import { traceHeaders } from '../http/trace.ts'
import { givenUpCode, type MadeCallback, presentExchange } from './present-exchange.ts'
import { record } from './recording.ts'
import { builtIn, readSettings, settingOf } from './settings.ts'

/** With these codes nothing is said of a service: no URL is set, or nobody waited for the answer. */
export const uncounted: readonly number[] = [48001, givenUpCode]

const builtInPaths: Record<CallbackName, string> = {
  outgoingConversation: '/callbacks/outgoing-conversation',
  crm: '/callbacks/crm',
  templates: '/callbacks/templates',
}

const callbackOf: Record<Location, CallbackName> = {
  GetProxyAddress: 'outgoingConversation',
  GetCustomersList: 'crm',
  GetCustomerDetailsByCustomerId: 'crm',
  GetTemplatesByCustomerId: 'templates',
}

/**
 * How a callback is called, by the settings.
 *
 * @param url instead of the one in the settings.
 * @example await askTemplates(params, await callbackTarget(ctx, 'templates'))
 */
export async function callbackTarget(ctx: Context, name: CallbackName, url?: string): Promise<CallOptions> {
  const { account, integration, callbackTimeoutMs, allowPrivateCallbacks } = ctx.options
  const configured = url ?? (await readSettings(ctx))[settingOf[name].name]
  const inProcess = configured === builtIn ? integration : undefined
  return {
    url: inProcess ? inProcess.baseUrl + builtInPaths[name] : configured,
    authToken: account.authToken,
    transport: inProcess?.fetch,
    timeoutMs: callbackTimeoutMs,
    allowPrivateAddresses: allowPrivateCallbacks,
    headers: traceHeaders(),
    clock: ctx.clock,
  }
}

/**
 * Has a callback written into the log.
 *
 * @returns the id of the exchange.
 */
export function recordExchange(ctx: Context, made: MadeCallback): string {
  const exchange = presentExchange(randomUUID(), made)
  const { exchangeId, location, timings, verdict, outcome } = exchange
  const code = verdict.ok || outcome === 'refused' ? undefined : verdict.code
  if (outcome !== 'givenUp') ctx.metrics.callbackMade({ location, outcome, code, ms: timings.totalMs })
  record(ctx, 'callback_exchange', {
    id: exchangeId,
    attempt_id: made.attemptId ?? null,
    at: made.exchange.startedAt,
    exchange: JSON.stringify(exchange),
    callback: made.tried ?? callbackOf[location as Location],
    url: exchange.request.url,
    location,
    worker: exchange.worker,
    verdict: outcome,
    code: code ?? null,
    ms: Math.ceil(timings.totalMs),
    is_try: made.tried ? 1 : 0,
  })
  return exchangeId
}
