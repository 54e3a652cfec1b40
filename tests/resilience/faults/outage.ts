/** The engine goes away in the middle of everything, and comes back. */
import { setTimeout as delay } from 'node:timers/promises'
import type { FaultProxy } from '../../support/fault-proxy.ts'
import type { Apart } from './apart.ts'
import { findWrong } from './judge.ts'
import { drive, type Plan, type Started, send, start, type Traffic, type Worker } from './traffic.ts'

export type Outage = 'nobody listens' | 'nothing is answered' | 'everything fails'

export type Outcome = {
  traffic: Traffic
  /** A start that was asked for when the engine had been given up on. */
  turnedAway: Started & { retryAfter: string | null; ms: number }
  wrong: string[]
}

function takeAway(proxy: FaultProxy, outage: Outage): void {
  if (outage === 'nobody listens') proxy.isCut = true
  if (outage === 'nothing is answered') proxy.plan = () => ({ kind: 'hang' })
  if (outage === 'everything fails') proxy.plan = () => ({ kind: 'answer', status: 503 })
}

function giveBack(proxy: FaultProxy): void {
  proxy.isCut = false
  proxy.plan = () => ({ kind: 'none' })
}

/** @throws when the app does not give the engine up, or does not come back to it. */
export async function sufferOutage(
  apart: Apart,
  workers: readonly Worker[],
  outage: Outage,
  plan: Plan,
): Promise<Outcome> {
  const { proxy, url } = apart
  const [worker] = workers as [Worker]
  const before = new Set((await apart.list<{ sid: string }>('/Conversations', 'conversations')).map(({ sid }) => sid))
  const conversation = await start(worker)
  const driving = drive(workers, plan)
  const arrived = proxy.arrived.length
  while (proxy.arrived.length < arrived + plan.atOnce * 3) await delay(10)
  takeAway(proxy, outage)
  while (!(await isDown(url))) await delay(100)

  const begun = performance.now()
  const turnedAway = await startWithHeader(worker)
  const ms = performance.now() - begun
  const waiting = await send(worker, conversation.body.conversationSid, 'while it was away')
  giveBack(proxy)
  const traffic = await driving
  while (await isDown(url)) await delay(100)
  const after = await start(worker)
  traffic.started.push(conversation, turnedAway, after)
  traffic.sent.push(waiting)
  const wrong = await findWrong(apart, workers, traffic, before)
  if (after.status !== 201) wrong.push(`afterwards a start is answered ${after.status}`)
  return { traffic, turnedAway: { ...turnedAway, ms }, wrong }
}

async function isDown(url: string): Promise<boolean> {
  const text = await (await fetch(`${url}/metrics`)).text()
  return /^firstline_engine_down 1$/m.test(text)
}

async function startWithHeader(worker: Worker): Promise<Started & { retryAfter: string | null }> {
  let retryAfter: string | null = null
  const request: Worker['session']['request'] = async (...asked) => {
    const response = await worker.session.request(...asked)
    retryAfter = response.headers.get('retry-after')
    return response
  }
  const started = await start({ ...worker, session: { ...worker.session, request } })
  return { ...started, retryAfter }
}
