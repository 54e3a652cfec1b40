import { ContractError, type Exchange, toCurl } from '@firstline/callbacks'
import type { CallbackExchange, CallbackName, CallbackOutcome, Verdict } from '../api.ts'
import { isoTime } from '../outgoing/present.ts'

export type MadeCallback = {
  exchange: Exchange
  /** Who it was made for. */
  worker: string
  attemptId?: string | undefined
  /** Which callback was tried with it, in the console; absent for what the app itself needed. */
  tried?: CallbackName
  /** What was wrong with the meaning of the answer, which the exchange itself does not judge. */
  error?: ContractError | undefined
}

/** A callback as the console shows it. */
export function presentExchange(exchangeId: string, made: MadeCallback): CallbackExchange {
  const { exchange, worker, attemptId } = made
  const { location, startedAt, request, response, timings, warnings } = exchange
  const error = made.error ?? errorOf(exchange)
  const ms = Math.round(timings.totalMs)
  return {
    exchangeId,
    outcome: outcomeOf(exchange, error),
    location,
    worker,
    at: isoTime(startedAt),
    request: { ...request },
    ...(response && { response: { ...response } }),
    timings: roundAll(timings),
    warnings: [...warnings],
    verdict: exchange.givenUp ? { ...givenUp, detail: `Given up after ${ms} ms.` } : verdictOf(error),
    curl: toCurl(request),
    ...(attemptId && { attemptId }),
  }
}

/** No code of the contract. */
export const givenUpCode = 0

const givenUp = {
  ok: false,
  code: givenUpCode,
  title: 'Given up',
  cause: 'Another step of the start had failed, so that nobody waited for the answer any more.',
  remedy: 'Nothing needs to be done here: look at why the start failed.',
} as const

function outcomeOf(exchange: Exchange, error: ContractError | undefined): CallbackOutcome {
  const { refused, warnings } = exchange
  if (exchange.givenUp) return 'givenUp'
  if (refused) return 'refused'
  if (error) return 'failed'
  return warnings.length > 0 ? 'warned' : 'ok'
}

function errorOf({ error }: Exchange): ContractError | undefined {
  return error && new ContractError(error.code, { detail: error.detail })
}

function verdictOf(error: ContractError | undefined): Verdict {
  if (!error) return { ok: true }
  const { code, title, cause, remedy, detail } = error
  return { ok: false, code, title, cause, remedy, detail: sentence(detail ?? '') }
}

/** @example sentence('no answer within 6 seconds') // 'No answer within 6 seconds.' */
function sentence(text: string): string {
  // Names of fields and addresses stay as they are written.
  const begun = text.replace(/^[a-z](?=[a-z]*(?:[\s,]|$))/, (letter) => letter.toUpperCase())
  return /(?:^|[.!?])$/.test(begun) ? begun : `${begun}.`
}

function roundAll<T extends Exchange['timings']>(timings: T): T {
  return Object.fromEntries(Object.entries(timings).map(([name, ms]) => [name, Math.round(ms * 10) / 10])) as T
}
