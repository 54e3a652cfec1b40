import { askCustomer, type CustomerAnswer } from '@firstline/callbacks'
import { callbackTarget, recordExchange } from '../console/callbacks.ts'
import type { Context } from '../context.ts'
import { recently } from './recent.ts'

/** How long the answer to a look at the customer counts for the start that follows it. */
const freshMs = 60_000

export type DetailsQuestion = {
  /** The identity of the worker who asks. */
  worker: string
  customerId: string
  /** Whether an answer of the last minute will do. */
  fromCache?: boolean
  attemptId?: string
  signal?: AbortSignal
}

/** What the CRM said, and which exchange shows it. */
type Told = { customer: CustomerAnswer; exchangeId: string }

const answers = recently<Told>()

/**
 * Asks the CRM for a customer's details, as this worker may see them.
 *
 * @returns no `customer` when the CRM knows none of this id for this worker.
 * @throws ContractError of the failing callback: 48001 to 48005.
 */
export async function customerDetails(
  ctx: Context,
  { worker, customerId, fromCache, attemptId, signal }: DetailsQuestion,
): Promise<{ customer: CustomerAnswer | undefined; exchangeId: string; cached: boolean }> {
  const target = await callbackTarget(ctx, 'crm')
  const key = [target.url, worker, customerId]
  const known = fromCache ? answers.get(ctx, key) : undefined
  if (known) return { ...known, cached: true }

  const { exchange, value, error } = await askCustomer(
    { Worker: worker, CustomerId: customerId },
    { ...target, signal },
  )
  const exchangeId = recordExchange(ctx, { exchange, worker, attemptId, error })
  if (exchange.givenUp) signal?.throwIfAborted()
  answers.set(ctx, key, value && { customer: value, exchangeId }, freshMs)
  if (error) throw error
  return { customer: value, exchangeId, cached: false }
}
