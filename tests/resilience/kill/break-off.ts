/** Breaks one start off at one point, with a real SIGKILL, and brings the app back. */
import { setTimeout as delay } from 'node:timers/promises'
import type { OwnStart } from '@firstline/app/api'
import { steps } from '../../../packages/app/src/outgoing/steps.ts'
import { type Cause, nameOf, type Point, type StepName } from './points.ts'
import type { Stop } from './stop-at-write.ts'
import type { Asked, Customer, Plan } from './wire.ts'
import { proxyNumber } from './wire.ts'
import type { Answered, World } from './world.ts'

/** A start that was broken off. */
export type BrokenOff = {
  readonly name: string
  readonly customer: Customer
  readonly channel: 'sms' | 'chat'
  readonly key: string
  /** How it has to end; `undefined`: either way is right. */
  readonly mustEnd?: 'succeeded' | 'failed'
  /** The conversation that the customer was in before, and whether the worker is in it in the end. */
  readonly elsewhere?: { readonly sid: string; readonly withWorker: boolean }
  /** What the worker was answered before the process ended, if anything. */
  readonly answered: Answered | undefined
}

const patienceMs = 60_000

/** The app is killed at the point, and comes back; the engine never notices. */
export async function breakOffApp(world: World, point: Point, key: string): Promise<BrokenOff> {
  const { wire } = world
  const customer = world.newCustomer()
  const channel = channelOf(point)
  const elsewhere = await prepare(world, customer, point.because)
  const reached = Promise.withResolvers<void>()
  wire.plan = (asked) => (asked.customer === customer ? planFor(point, asked) : 'pass')
  wire.arrived = (asked, plan) => {
    if (asked.customer === customer && isHeld(plan) && endsHere(point, asked)) reached.resolve()
  }
  const isOwnWrite = point.doing === 'undo' && point.step === 'addCustomer' && point.moment !== 'after'
  if (isOwnWrite) {
    // The hold on a chat identity is the app's own: nothing outside sees it go. First all others' have to be gone.
    await world.settle()
    await world.stopAt({ moment: point.moment === 'before' ? 'before' : 'after', tables: ['chat_hold'], nth: 3 })
  }
  const watching = new AbortController()
  const started = world.start(customer, channel, key)
  const isOnRecord = point.moment === 'after' && !(point.doing === 'undo' && point.step === 'addCustomer')
  const onRecord = () => untilRecorded(world, key, point, watching.signal)
  const arrival = isOwnWrite ? world.app().ended : isOnRecord ? onRecord() : reached.promise
  await inTime(arrival, () => world.ownStart(key))
  // Only what is on record can be finished, and it gets there while the last step is under way.
  const finished = steps.find(({ name, finishable }) => finishable && name === point.step)
  if (point.doing === 'run' && point.moment !== 'after') {
    for (const step of finished?.after ?? []) await untilRecorded(world, key, { ...point, step }, watching.signal)
  }
  watching.abort()
  await world.app().kill()
  const answered = await started
  wire.calm()
  wire.hangUp()
  await world.stopAt(undefined)
  await world.restartApp()
  return {
    name: nameOf(point),
    customer,
    channel,
    key,
    answered,
    mustEnd: endOf(point),
    ...(elsewhere && { elsewhere }),
  }
}

/** The engine is killed at the point, and comes back; the app lives on, and answers. */
export async function breakOffEngine(world: World, point: Point, key: string): Promise<BrokenOff> {
  const { wire } = world
  const customer = world.newCustomer()
  const channel = channelOf(point)
  const elsewhere = await prepare(world, customer, point.because)
  const dead = Promise.withResolvers<void>()
  let isKilled = false
  const isHere = (asked: Asked) => {
    const { step, doing } = point
    return !isKilled && asked.customer === customer && asked.what === (doing === 'run' ? step : `undo ${step}`)
  }
  async function kill(): Promise<void> {
    isKilled = true
    await world.killEngine()
    dead.resolve()
  }
  wire.plan = async (asked) => {
    if (!isHere(asked)) return asked.customer === customer && !isKilled ? causeFor(point, asked) : 'pass'
    if (point.moment === 'before') await kill()
    return point.moment === 'inside' ? 'withhold' : 'pass'
  }
  wire.arrived = (asked) => {
    if (isHere(asked)) void kill().then(wire.hangUp)
  }
  const started = world.start(customer, channel, key)
  await inTime(dead.promise, () => world.ownStart(key))
  await world.restartEngine()
  const answered = await started
  wire.calm()
  await untilStartsSucceed(world, key)
  return { name: nameOf(point), customer, channel, key, answered, ...(elsewhere && { elsewhere }) }
}

/** The app leaves an engine that does not answer alone for a while. */
async function untilStartsSucceed(world: World, key: string): Promise<void> {
  const until = performance.now() + patienceMs
  for (let tries = 1; ; tries++) {
    const answer = await world.start(world.newCustomer(), 'sms', `${key}-afterwards-${tries}`)
    if (answer?.status === 201) return
    if (performance.now() > until) throw new Error(`starts do not succeed again: ${JSON.stringify(answer)}`)
    await delay(100)
  }
}

/** What a start writes to, in both rooms. */
const startsTables = ['outgoing_attempts', 'chat_hold', 'participant', 'webhook_event', 'stored_webhook']

/** The name of a start that had made all its writes before. */
export const afterEverything = 'after everything'

/** App and engine in one process, which ends itself at one of its writes, by which the start is named. */
export async function breakOffAtWrite(
  world: World,
  stop: Pick<Stop, 'moment'> & { nth: number },
  key: string,
  because: Cause | undefined,
): Promise<BrokenOff> {
  const { wire } = world
  const customer = world.newCustomer()
  wire.plan = (asked) => causeFor({ because }, asked)
  await world.stopAt({ ...stop, tables: startsTables })
  const answered = await world.start(customer, 'sms', key)
  // What is written after the answer may be where it is to end.
  if (answered) await Promise.race([world.app().ended, world.settle().catch(() => {})])
  await world.app().kill()
  wire.calm()
  const write = (await world.writes())[stop.nth - 1]
  const name = write ? `${stop.moment} ${write}` : afterEverything
  await world.stopAt(undefined)
  await world.restartApp()
  return { name, customer, channel: 'sms', key, answered }
}

function channelOf({ because }: Point): 'sms' | 'chat' {
  return because === 'the worker is refused' ? 'chat' : 'sms'
}

/** A start whose customer was added is finished, any other is taken back. */
function endOf({ step, moment, because }: Point): 'succeeded' | 'failed' {
  if (because) return because === 'the customer is elsewhere' ? 'succeeded' : 'failed'
  return step === 'addWorker' || (step === 'addCustomer' && moment === 'after') ? 'succeeded' : 'failed'
}

/** Somebody else's conversation with the customer, which this start is to find. */
async function prepare(world: World, customer: Customer, because: Cause | undefined): Promise<BrokenOff['elsewhere']> {
  if (because !== 'reading fails' && because !== 'the customer is elsewhere') return undefined
  const FriendlyName = `${customer.name}, before`
  const { sid } = await world.engine<{ sid: string }>('POST', '/Conversations', { FriendlyName })
  world.wire.adopt(sid, customer)
  const binding = { 'MessagingBinding.Address': customer.phone, 'MessagingBinding.ProxyAddress': proxyNumber }
  await world.engine('POST', `/Conversations/${sid}/Participants`, binding)
  const withWorker = because === 'the customer is elsewhere'
  if (withWorker) await world.engine('POST', `/Conversations/${sid}/Participants`, { Identity: world.worker })
  return { sid, withWorker }
}

function planFor(point: Point, asked: Asked): Plan {
  const { what } = asked
  if (endsHere(point, asked)) {
    if (point.moment === 'late') return 'hold for later'
    if (point.moment === 'inside') return 'withhold'
    if (point.moment === 'before' || point.doing === 'undo') return 'hold'
  }
  if (point.doing === 'run' && point.moment === 'after' && waitsFor(what as StepName, point.step)) return 'hold'
  return causeFor(point, asked)
}

function causeFor({ because }: Pick<Point, 'because'>, { what }: Asked): Plan {
  if (because === 'the callback fails' && what === 'getProxyAddress') return { status: 500 }
  if (because === 'the worker is refused' && what === 'addWorker') return refusal
  if (because === 'reading fails' && what === 'read the conversation') return { status: 500 }
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

async function inTime(arrival: Promise<void>, look: () => Promise<unknown>): Promise<void> {
  const limit = new AbortController()
  const late = delay(patienceMs, 'late' as const, { signal: limit.signal })
  const outcome = await Promise.race([arrival, late])
  limit.abort()
  late.catch(() => {})
  if (outcome === 'late') throw new Error(`never got there: ${JSON.stringify(await look().catch(() => 'no answer'))}`)
}
