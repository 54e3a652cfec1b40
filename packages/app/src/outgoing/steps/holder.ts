/** Who is in the conversation that a customer is in already: 48031 is not a dead end. */
import { ContractError, type ContractErrorOptions } from '@firstline/callbacks'
import { findWorker } from '../../people/store.ts'
import { awaitEnd } from '../awaiting.ts'
import { attemptIdOf, type Start } from '../steps.ts'
import type { Held } from './chat-hold.ts'

export type Pair = { readonly conversationSid: string; readonly address: string; readonly proxyAddress: string }

/**
 * Finds out which conversation holds a pair of addresses: `ours` when it is the one that wanted it, `free` when
 * none does any more, and otherwise the one that the worker is in, or may join because nobody of the company is in it.
 *
 * @throws ContractError 48031 when a colleague is in it, or when it is only just being started.
 */
export async function holderOfPair(start: Start, pair: Pair, signal: AbortSignal): Promise<'ours' | 'free' | Held> {
  const { engine } = start.ctx
  const all = await engine.participantConversations({ address: pair.address })
  const holder = all.find(
    ({ conversationState, participantMessagingBinding: binding }) =>
      conversationState !== 'closed' && binding?.proxy_address === pair.proxyAddress,
  )
  if (!holder) return 'free'
  if (holder.conversationSid === pair.conversationSid) return 'ours'
  const attemptId = attemptIdOf(holder.conversationUniqueName)
  if (attemptId && (await awaitUnlessEnded(start, attemptId, signal))) return 'free'
  return whoIsIn(start, holder.conversationSid)
}

/** Waits for another start. @returns whether there was something to wait for, so that one has to look anew. */
export async function awaitUnlessEnded({ ctx }: Start, attemptId: string, signal: AbortSignal): Promise<boolean> {
  const outcome = await awaitEnd(ctx, attemptId, signal)
  if (outcome !== 'late') return outcome === 'ended now'
  throw alreadyExists({
    detail: `attempt ${attemptId} is still under way`,
    worker: 'A conversation with this customer is just being started. Try again in a moment.',
    retryable: true,
  })
}

/** @throws ContractError 48031 when a colleague is in it and this worker is not. */
export async function whoIsIn({ ctx, worker }: Start, conversationSid: string): Promise<'free' | Held> {
  const participants = await ctx.engine.listParticipants(conversationSid)
  if (!participants) return 'free'
  const identities = participants.map(({ identity }) => identity).filter((identity) => identity)
  if (identities.includes(worker.identity)) return { conversationSid, workerIsIn: true }
  for (const identity of identities) {
    const colleague = await findWorker(ctx.database.db, { identity })
    if (colleague && colleague.state !== 'deactivated') throw heldBy(colleague, conversationSid)
  }
  // Twilio's own remedy for a conversation that nobody looks after.
  return { conversationSid, workerIsIn: false }
}

function heldBy({ identity, displayName }: { identity: string; displayName: string }, conversationSid: string) {
  return alreadyExists({
    detail: `${displayName} (${identity}) is in ${conversationSid}`,
    worker:
      `${displayName} already has an open conversation with this customer from the same business number. ` +
      `Ask ${displayName} to write to the customer, or to close the conversation; then try again.`,
    retryable: true,
    extra: { holder: { identity, displayName } },
  })
}

export function alreadyExists(options: ContractErrorOptions): ContractError {
  return new ContractError(48031, options)
}
