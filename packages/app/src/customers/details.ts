import { askCustomer, type CustomerAnswer } from '@firstline/callbacks'
import { callbackTarget, recordExchange } from '../console/callbacks.ts'
import type { Context } from '../context.ts'

/** How long the answer to a look at the customer counts for the start that follows it. */
const freshMs = 60_000
const maxRemembered = 5_000

export type DetailsQuestion = {
  /** The identity of the worker who asks. */
  worker: string
  customerId: string
  /** Whether an answer of the last minute will do. */
  fromCache?: boolean
  attemptId?: string
  signal?: AbortSignal
}

type Remembered = { customer: CustomerAnswer; until: number }
const remembered = new WeakMap<Context, Map<string, Remembered>>()

/**
 * Asks the CRM for a customer's details, as this worker may see them.
 *
 * @returns no `customer` when the CRM knows none of this id for this worker.
 * @throws ContractError of the failing callback: 48001 to 48005.
 */
export async function customerDetails(
  ctx: Context,
  { worker, customerId, fromCache, attemptId, signal }: DetailsQuestion,
): Promise<{ customer: CustomerAnswer | undefined; cached: boolean }> {
  const key = JSON.stringify([worker, customerId])
  const all = remembered.get(ctx) ?? new Map<string, Remembered>()
  remembered.set(ctx, all)
  const known = all.get(key)
  if (fromCache && known && ctx.clock() < known.until) return { customer: known.customer, cached: true }

  const { exchange, value, error } = await askCustomer(
    { Worker: worker, CustomerId: customerId },
    { ...(await callbackTarget(ctx, 'crm')), signal },
  )
  recordExchange(ctx, { exchange, worker, attemptId, error })
  all.delete(key)
  if (error) throw error
  if (value) all.set(key, { customer: value, until: ctx.clock() + freshMs })
  if (all.size > maxRemembered) all.delete(all.keys().next().value as string)
  return { customer: value, cached: false }
}

/** Forgets what was answered, after the CRM's address has changed. */
export function forgetCustomers(ctx: Context): void {
  remembered.delete(ctx)
}
