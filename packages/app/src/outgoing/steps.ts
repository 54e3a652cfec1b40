/**
 * The contract of an outgoing conversation at a glance: the check, then the five steps of which the last, taking the
 * worker there, is the answer. Creating the conversation needs nothing of the callback, so both are under way together.
 */
import type { ChannelType } from '../api.ts'
import type { Context } from '../context.ts'
import type { StepTable } from './run.ts'
import { addCustomer, releaseCustomer } from './steps/add-customer.ts'
import { addWorker, removeWorker } from './steps/add-worker.ts'
import { checkCustomer } from './steps/check-customer.ts'
import { createConversation, deleteConversation } from './steps/create-conversation.ts'
import { getProxyAddress } from './steps/get-proxy-address.ts'

/** What a worker asked for. */
export type Start = {
  readonly ctx: Context
  readonly attemptId: string
  readonly worker: { readonly identity: string; readonly displayName: string }
  readonly customerId: string
  readonly channel: { readonly type: ChannelType; readonly value: string }
}

/** What each step leaves for those after it. It is stored as JSON. */
export type Results = {
  /** `address` is the contact's, normalised; `exchangeId` is of what the CRM said, which may be from just before. */
  checkCustomer: { displayName: string; avatar?: string; address: string; exchangeId?: string }
  createConversation: { conversationSid: string; createdAt: number }
  /** `null` for chat, which needs none. */
  getProxyAddress: { proxyAddress: string | null }
  /** `reused`: the customer is in another conversation than the one created, which the worker is in or may join. */
  addCustomer: { conversationSid: string; reused: boolean; workerIsIn: boolean }
  addWorker: { participantSid?: string }
}

export const steps: StepTable<Start, Results> = [
  { name: 'checkCustomer', after: [], run: checkCustomer },
  {
    name: 'createConversation',
    after: ['checkCustomer'],
    run: createConversation,
    undo: deleteConversation,
    superfluous: ({ addCustomer }) => addCustomer.reused,
  },
  { name: 'getProxyAddress', after: ['checkCustomer'], run: getProxyAddress },
  {
    name: 'addCustomer',
    after: ['createConversation', 'getProxyAddress'],
    run: addCustomer,
    undo: releaseCustomer,
  },
  { name: 'addWorker', after: ['addCustomer'], run: addWorker, undo: removeWorker, finishable: true },
]

const prefix = 'firstline-'

/** By this name a conversation is found whose SID nobody got to know. */
export function uniqueNameOf(attemptId: string): string {
  return prefix + attemptId
}

/** The attempt that created a conversation; `undefined` when it was not one of ours. */
export function attemptIdOf(uniqueName: string | null | undefined): string | undefined {
  return uniqueName?.startsWith(prefix) ? uniqueName.slice(prefix.length) : undefined
}
