/** Breaks one start off at one point, with a real SIGKILL, and brings the app back. */
import { setTimeout as delay } from 'node:timers/promises'
import type { OwnStart } from '@firstline/app/api'
import { steps } from '../../../packages/app/src/outgoing/steps.ts'
import type { Cause, Point, StepName } from './points.ts'
import type { Asked, Customer, Plan } from './wire.ts'
import { proxyNumber } from './wire.ts'
import type { Answered, World } from './world.ts'

/** A start that was broken off. */
export type BrokenOff = {
  readonly point: Point
  readonly customer: Customer
  readonly channel: 'sms' | 'chat'
  readonly key: string
  /** The conversation that the customer was in before. */
  readonly elsewhere?: string
  /** What the worker was answered before the process ended, if anything. */
  readonly answered: Answered | undefined
}

const patienceMs = 60_000

export async function breakOff(world: World, point: Point, key: string): Promise<BrokenOff> {
  const { wire } = world
  const customer = world.newCustomer()
  const channel = point.because === 'the worker is refused' ? 'chat' : 'sms'
  const elsewhere = await prepare(world, customer, point.because)
  const reached = Promise.withResolvers<void>()
  wire.plan = (asked) => (asked.customer === customer ? planFor(point, asked) : 'pass')
  wire.arrived = (asked, plan) => {
    if (asked.customer === customer && isHeld(plan) && endsHere(point, asked)) reached.resolve()
  }
  const isOwnWrite = point.doing === 'undo' && point.step === 'addCustomer' && point.moment !== 'after'
  if (isOwnWrite) {
    // The hold on a chat identity is the app's own: nothing outside sees it go.
    const moment = point.moment === 'before' ? 'before' : 'after'
    await world.stopAt({ moment, sql: 'delete from "chat_hold"', nth: 1 })
  }
  const watching = new AbortController()
  const started = world.start(customer, channel, key)
  const arrival = isOwnWrite
    ? world.app().ended
    : isSeenInRecord(point)
      ? untilRecorded(world, key, point, watching.signal)
      : reached.promise
  await inTime(arrival, () => world.ownStart(key))
  watching.abort()
  await world.app().kill()
  const answered = await started
  wire.plan = () => 'pass'
  wire.arrived = () => {}
  wire.hangUp()
  await world.stopAt(undefined)
  await world.restartApp()
  return { point, customer, channel, key, answered, ...(elsewhere && { elsewhere }) }
}

/** Somebody else's conversation with the customer, which this start is to find. */
async function prepare(world: World, customer: Customer, because: Cause | undefined): Promise<string | undefined> {
  if (because !== 'reading fails' && because !== 'the customer is elsewhere') return undefined
  const { sid } = await world.engine<{ sid: string }>('POST', '/Conversations', {
    FriendlyName: `${customer.name}, before`,
  })
  world.wire.adopt(sid, customer)
  const binding = { 'MessagingBinding.Address': customer.phone, 'MessagingBinding.ProxyAddress': proxyNumber }
  await world.engine('POST', `/Conversations/${sid}/Participants`, binding)
  if (because === 'the customer is elsewhere') {
    await world.engine('POST', `/Conversations/${sid}/Participants`, { Identity: world.worker })
  }
  return sid
}

function planFor(point: Point, asked: Asked): Plan {
  const { what } = asked
  if (endsHere(point, asked)) {
    if (point.moment === 'late') return 'hold for later'
    if (point.moment === 'inside') return 'withhold'
    if (point.moment === 'before' || point.doing === 'undo') return 'hold'
  }
  if (point.doing === 'run' && point.moment === 'after' && waitsFor(what as StepName, point.step)) return 'hold'
  if (point.because === 'the callback fails' && what === 'getProxyAddress') return { status: 500 }
  if (point.because === 'the worker is refused' && what === 'addWorker') return refusal
  if (point.because === 'reading fails' && what === 'read the conversation') return { status: 500 }
  return 'pass'
}

/** "Participant exceeds conversations limit", as of an identity that is in too many of them. */
const refusal = { status: 400, json: { code: 50214, message: 'limit', more_info: '', status: 400 } }

/** Whether this request is the one at which the start is broken off. */
function endsHere({ step, doing, moment }: Point, { what }: Asked): boolean {
  if (doing === 'run') return moment !== 'after' && what === step
  // After the hold on a chat identity comes the undoing of the conversation.
  if (step === 'addCustomer') return moment === 'after' && what === 'undo createConversation'
  return moment !== 'after' && what === `undo ${step}`
}

/** Whether being there shows in what the app has written down, and not on the wire. */
function isSeenInRecord({ step, doing, moment }: Point): boolean {
  return moment === 'after' && !(doing === 'undo' && step === 'addCustomer')
}

const isHeld = (plan: Plan) => plan === 'hold' || plan === 'hold for later' || plan === 'withhold'

function waitsFor(name: StepName, other: StepName): boolean {
  const step = steps.find((each) => each.name === name)
  return step?.after.some((before) => before === other || waitsFor(before, other)) ?? false
}

async function untilRecorded(world: World, key: string, { step, doing }: Point, signal: AbortSignal): Promise<void> {
  const isThere = (start: OwnStart) => {
    const outcome = start.steps.find(({ name }) => name === step)?.outcome
    return doing === 'run' ? outcome === 'done' : outcome === 'undone' || start.state === 'failed'
  }
  while (!signal.aborted) {
    const start = await world.ownStart(key).catch(() => undefined)
    if (start && isThere(start)) return
    await delay(10)
  }
}

export function isOver({ state }: Pick<OwnStart, 'state'>): boolean {
  return state === 'succeeded' || state === 'failed'
}

async function inTime(arrival: Promise<void>, look: () => Promise<unknown>): Promise<void> {
  const limit = new AbortController()
  const late = delay(patienceMs, 'late' as const, { signal: limit.signal })
  const outcome = await Promise.race([arrival, late])
  limit.abort()
  late.catch(() => {})
  if (outcome === 'late') throw new Error(`never got there: ${JSON.stringify(await look().catch(() => 'no answer'))}`)
}
