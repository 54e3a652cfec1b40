import { ContractError, type Exchange, toCurl } from '@firstline/callbacks'
import type { CallbackExchange, Verdict } from '../api.ts'
import { isoTime } from '../outgoing/present.ts'

export type MadeCallback = {
  exchange: Exchange
  /** Who it was made for. */
  worker: string
  attemptId?: string | undefined
  /** What was wrong with the meaning of the answer, which the exchange itself does not judge. */
  error?: ContractError | undefined
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
