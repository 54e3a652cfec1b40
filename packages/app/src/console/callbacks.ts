/** Where the callbacks go, and the log of what was sent and what came back. */
import { randomUUID } from 'node:crypto'
import { type CallOptions, ContractError, type Exchange, toCurl } from '@firstline/callbacks'
import type { CallbackExchange, CallbackName, Verdict } from '../api.ts'
import type { Context } from '../context.ts'
import { traceHeaders } from '../http/trace.ts'
import { isoTime } from '../outgoing/present.ts'
import { insertExchange } from './exchanges.ts'
import { builtIn, readSettings, settingOf } from './settings.ts'

const builtInPaths: Record<CallbackName, string> = {
  outgoingConversation: '/callbacks/outgoing-conversation',
  crm: '/callbacks/crm',
  templates: '/callbacks/templates',
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

export type MadeCallback = {
  exchange: Exchange
  /** Who it was made for. */
  worker: string
  attemptId?: string | undefined
  /** What was wrong with the meaning of the answer, which the exchange itself does not judge. */
  error?: ContractError | undefined
}

const beingWritten = new WeakMap<Context, Set<Promise<void>>>()

/**
 * Writes a callback into the log, beside what goes on and never in its way.
 *
 * @returns the id of the exchange.
 */
export function recordExchange(ctx: Context, made: MadeCallback): string {
  const { attemptId, worker } = made
  const exchange = presentExchange(randomUUID(), made)
  const { location, timings, verdict } = exchange
  ctx.metrics.callbackMade({ location, code: verdict.ok ? undefined : verdict.code, ms: timings.totalMs })
  const all = beingWritten.get(ctx) ?? new Set()
  const writing = insertExchange(ctx, exchange, attemptId)
    .catch((error) => ctx.log.error({ attemptId, worker, err: error }, 'a callback could not be written down'))
    .finally(() => all.delete(writing))
  beingWritten.set(ctx, all.add(writing))
  return exchange.exchangeId
}

/** Waits until everything recorded so far is in the log. */
export async function exchangesWritten(ctx: Context): Promise<void> {
  await Promise.all(beingWritten.get(ctx) ?? [])
}

/** A callback as the console shows it. */
export function presentExchange(exchangeId: string, { exchange, worker, error }: MadeCallback): CallbackExchange {
  const { location, startedAt, request, response, timings, warnings } = exchange
  return {
    exchangeId,
    location,
    worker,
    at: isoTime(startedAt),
    request: { ...request },
    ...(response && { response: { ...response } }),
    timings: roundAll(timings),
    warnings: [...warnings],
    verdict: verdictOf(error ?? errorOf(exchange)),
    curl: toCurl(request),
  }
}

function errorOf({ error }: Exchange): ContractError | undefined {
  return error && new ContractError(error.code, { detail: error.detail })
}

function verdictOf(error: ContractError | undefined): Verdict {
  if (!error) return { ok: true }
  const { code, title, cause, remedy, detail } = error
  return { ok: false, code, title, cause, remedy, detail: detail ?? '' }
}

function roundAll<T extends Exchange['timings']>(timings: T): T {
  return Object.fromEntries(Object.entries(timings).map(([name, ms]) => [name, Math.round(ms * 10) / 10])) as T
}
