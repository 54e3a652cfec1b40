/** Attempts as they go over the HTTP interface. */
import type { Attempt as AttemptView, ChannelType, CustomerSummary, OwnStart, Step } from '../api.ts'
import { withoutCause } from '../http/problem.ts'
import type { Attempt } from './attempts.ts'
import type { StepRecord } from './run.ts'
import type { Results } from './steps.ts'

/** A start as its worker sees it. */
export function presentOwnStart(attempt: Attempt): OwnStart {
  const { id, request, run, answer } = attempt
  return {
    attemptId: id,
    idempotencyKey: attempt.idempotencyKey ?? '',
    request: { customerId: request.customerId, channel: channelOf(attempt) },
    customer: { ...customerOf(attempt), ...avatarOf(attempt) },
    state: run.state,
    startedAt: isoTime(attempt.startedAt),
    steps: run.steps.map(presentStep),
    ...(answer && ('result' in answer ? answer : { ...answer, problem: withoutCause(answer.problem) })),
  }
}

/** An attempt as the console lists it. */
export function presentAttempt(attempt: Attempt): AttemptView {
  const { id, worker, run, answer, startedAt, answeredAt } = attempt
  const result = answer && 'result' in answer ? answer.result : undefined
  const { problem, failedAt } = answer && 'problem' in answer ? answer : {}
  const conversationSid = result?.conversationSid ?? resultOf(attempt, 'createConversation')?.conversationSid
  const proxyAddress = resultOf(attempt, 'getProxyAddress')?.proxyAddress
  return {
    attemptId: id,
    worker: worker.identity,
    workerName: worker.displayName,
    customer: customerOf(attempt),
    channel: channelOf(attempt),
    state: run.state,
    startedAt: isoTime(startedAt),
    ...(answeredAt !== undefined && { ms: answeredAt - startedAt }),
    ...(problem && { code: problem.code, title: problem.title }),
    ...(failedAt && { failedAt }),
    ...(result && { reused: result.reused }),
    ...(conversationSid && { conversationSid }),
    ...(proxyAddress !== undefined && { proxyAddress }),
    steps: run.steps.map((record) => ({
      ...presentStep(record),
      ...(record.startedAt !== undefined && { offsetMs: Math.max(0, record.startedAt - startedAt) }),
      ...(record.detail && { detail: record.detail }),
    })),
  }
}

/** What a step has left, if it has. */
export function resultOf<Name extends keyof Results>({ run }: Attempt, name: Name): Results[Name] | undefined {
  return run.steps.find((record) => record.name === name)?.result as Results[Name] | undefined
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString()
}

function presentStep({ name, outcome, startedAt, ms, givenUp }: StepRecord<keyof Results>): Step {
  return {
    name,
    outcome,
    ...(startedAt !== undefined && { startedAt: isoTime(startedAt) }),
    ...(ms !== undefined && { ms }),
    ...(givenUp && { givenUp }),
  }
}

/** By name once the CRM has told it, and by id until then. */
function customerOf(attempt: Attempt): CustomerSummary {
  const { customerId } = attempt.request
  return { customerId, displayName: resultOf(attempt, 'checkCustomer')?.displayName ?? customerId }
}

function avatarOf(attempt: Attempt): { avatar?: string } {
  const avatar = resultOf(attempt, 'checkCustomer')?.avatar
  return avatar ? { avatar } : {}
}

function channelOf({ request }: Attempt): OwnStart['request']['channel'] {
  return { type: request.channel.type as ChannelType, value: request.channel.value }
}
