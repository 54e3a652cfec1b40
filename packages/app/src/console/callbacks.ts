/** Where the callbacks go, and the log of what was sent and what came back. */
import { randomUUID } from 'node:crypto'
import type { CallOptions } from '@firstline/callbacks'
import type { CallbackName } from '../api.ts'
import type { Context } from '../context.ts'
import { traceHeaders } from '../http/trace.ts'
import { insertExchanges, type NewExchange } from './exchanges.ts'
import { type MadeCallback, presentExchange } from './present-exchange.ts'
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

/** Callbacks that are made within this time are written down together, and after what they were made for. */
const gatherMs = 50

type Log = { waiting: NewExchange[]; timer?: NodeJS.Timeout; writing: Promise<void> }
const logs = new WeakMap<Context, Log>()

/**
 * Writes a callback into the log, beside what goes on and never in its way.
 *
 * @returns the id of the exchange.
 */
export function recordExchange(ctx: Context, made: MadeCallback): string {
  const exchange = presentExchange(randomUUID(), made)
  const { exchangeId, location, timings, verdict } = exchange
  ctx.metrics.callbackMade({ location, code: verdict.ok ? undefined : verdict.code, ms: timings.totalMs })
  const log = logs.get(ctx) ?? { waiting: [], writing: Promise.resolve() }
  logs.set(ctx, log)
  log.waiting.push({ exchange, attemptId: made.attemptId })
  log.timer ??= setTimeout(() => void exchangesWritten(ctx), gatherMs)
  return exchangeId
}

/** Waits until everything recorded so far is in the log. */
export async function exchangesWritten(ctx: Context): Promise<void> {
  const log = logs.get(ctx)
  if (!log) return
  clearTimeout(log.timer)
  delete log.timer
  const gathered = log.waiting.splice(0)
  if (gathered.length > 0) log.writing = log.writing.then(() => write(ctx, gathered))
  await log.writing
}

async function write(ctx: Context, gathered: NewExchange[]): Promise<void> {
  try {
    await insertExchanges(ctx, gathered)
  } catch (error) {
    ctx.log.error({ err: error }, 'callbacks could not be written down')
  }
}
