/** The app and the engine as two processes on data of their own, a wire between them, and a worker who starts. */
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { AttemptPage, OwnStart } from '@firstline/app/api'
import { freePort } from '../../../scripts/postgres.ts'
import { type FirstlineProcess, runFirstline, startFirstline } from '../../support/firstline.ts'
import { type DatabaseKind, makePlace, type Place } from '../../support/place.ts'
import { administrator, asAdministrator, type Session, signIn } from '../../support/session.ts'
import type { Stop } from './stop-at-write.ts'
import { type Customer, startWire, type Wire } from './wire.ts'

const account = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'a-token-for-the-proof' }
const authorization = `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}`
const stopAtWrite = new URL('stop-at-write.ts', import.meta.url).href
const settlesWithinMs = 120_000
/** Short, so that a process that was killed is followed soon; long enough for a machine with much else to do. */
const timings = { START_LEASE_MS: '4000', START_SETTLE_MS: '4000' }

export type Answered = {
  readonly status: number
  readonly body: { code?: number; conversationSid?: string; reused?: boolean }
}
export type EngineConversation = { sid: string; unique_name: string | null; state: string }
export type EngineParticipant = { sid: string; identity: string | null; messaging_binding: { address?: string } | null }

export type World = {
  readonly kind: DatabaseKind
  /** Absent where app and engine are one process, as they are by default. */
  readonly wire: Wire
  readonly worker: string
  /** A customer whom nobody has written to yet. */
  newCustomer(): Customer
  start(customer: Customer, channel: 'sms' | 'chat', key: string): Promise<Answered | undefined>
  ownStart(key: string): Promise<OwnStart | undefined>
  attempts(): Promise<AttemptPage['attempts']>
  /** Asks the engine itself, over REST. */
  engine<T>(method: string, path: string, form?: Record<string, string>): Promise<T>
  list<T>(path: string, key: string): Promise<T[]>
  /** Where the app's process is to end itself; `undefined`: nowhere. */
  stopAt(stop: Omit<Stop, 'log'> | undefined): Promise<void>
  /** The writes since then that counted. */
  writes(): Promise<string[]>
  app(): FirstlineProcess
  restartApp(): Promise<void>
  /** Waits until nothing is under way or waits to be delivered any more. @returns what still is when patience ends. */
  settle(): Promise<number>
  restartEngine(): Promise<void>
  killEngine(): Promise<void>
  check(): Promise<{ code: number | null; printed: string }>
  close(): Promise<void>
}

/** @param rooms `two processes`: the engine in one of its own. `one process`: embedded. */
export async function createWorld(kind: DatabaseKind, rooms: 'two processes' | 'one process'): Promise<World> {
  const places: Place[] = []
  const newPlace = async () => {
    const place = await makePlace(kind)
    places.push(place)
    return place
  }
  const apart = rooms === 'two processes'
  const appPlace = await newPlace()
  const stopFile = join(appPlace.folder, 'stop.json')
  const writesFile = join(appPlace.folder, 'writes.log')
  const common = { ...asAdministrator, FIRSTLINE_SAMPLES: 'false' }
  const pair = { FIRSTLINE_ACCOUNT_SID: account.accountSid, FIRSTLINE_AUTH_TOKEN: account.authToken }
  const embedded = { ...common, ...pair, FIRSTLINE_ENGINE_WRITES_PER_SECOND: '0' }
  const wire = await startWire()

  const engineEnvironment = apart
    ? { ...embedded, ...(await newPlace()).environment, PORT: String(await freePort()) }
    : undefined
  let engineProcess = engineEnvironment && (await startFirstline(engineEnvironment))
  const appPort = String(await freePort())
  const appUrl = `http://localhost:${appPort}`
  const engineUrl = engineProcess?.url ?? appUrl
  wire.target = engineUrl

  const appEnvironment: Record<string, string> = {
    ...(apart ? { ...common, ...(await twilio()) } : embedded),
    ...appPlace.environment,
    ...timings,
    PORT: appPort,
  }
  // Most of a start-up is reading the code.
  const compiled = { NODE_COMPILE_CACHE: join(appPlace.folder, 'compiled') }
  const whereToStop = { NODE_OPTIONS: `--import=${stopAtWrite}`, STOP_AT_WRITE: stopFile }
  const startApp = () => startFirstline({ ...appEnvironment, ...compiled, ...whereToStop })
  let appProcess = await startApp()
  if (apart) await engine('POST', '/Configuration/Webhooks', { PostWebhookUrl: `${appUrl}/webhooks/conversations` })
  const session: Session = await signIn(appUrl, administrator.email, administrator.password)
  const settings = {
    outgoingConversationCallbackUrl: wire.callbackUrl,
    crmCallbackUrl: wire.callbackUrl,
    templatesCallbackUrl: '',
  }
  const saved = await session.request('PUT', '/api/console/settings', settings)
  if (!saved.ok) throw new Error(`settings: ${saved.status} ${await saved.text()}`)
  const { identity } = (await (await session.request('GET', '/api/me')).json()) as { identity: string }
  let customers = 0

  return {
    kind,
    wire,
    worker: identity,
    newCustomer() {
      const number = ++customers
      const customer = {
        id: String(number),
        name: `Customer ${number}`,
        phone: `+1555${String(1_000_000 + number)}`,
        identity: `customer-${number}`,
      }
      wire.addCustomer(customer)
      return customer
    },
    async start(customer, type, key) {
      const channel = { type, value: type === 'sms' ? customer.phone : customer.identity }
      const headers = { 'idempotency-key': key }
      try {
        const request = { customerId: customer.id, channel }
        const response = await session.request('POST', '/api/outgoing-conversations', request, headers)
        return { status: response.status, body: (await response.json()) as Answered['body'] }
      } catch {
        return undefined
      }
    },
    async ownStart(key) {
      const response = await session.request('GET', `/api/outgoing-conversations?idempotencyKey=${key}`)
      return response.ok ? ((await response.json()) as OwnStart) : undefined
    },
    async attempts() {
      const found: AttemptPage['attempts'] = []
      let cursor: string | undefined = ''
      while (cursor !== undefined) {
        const response = await session.request('GET', `/api/console/attempts?cursor=${encodeURIComponent(cursor)}`)
        const page = (await response.json()) as AttemptPage
        found.push(...page.attempts)
        cursor = page.nextCursor
      }
      return found
    },
    engine,
    async list<T>(path: string, key: string) {
      const found: T[] = []
      let next: string | null = `${path}${path.includes('?') ? '&' : '?'}PageSize=100`
      while (next) {
        const page: Record<string, T[]> & { meta: { next_page_url: string | null } } = await engine('GET', next)
        found.push(...(page[key] ?? []))
        next = page.meta.next_page_url?.replace(/^.*\/v1/, '') ?? null
      }
      return found
    },
    async settle() {
      const until = performance.now() + settlesWithinMs
      for (;;) {
        const waiting = (await queued(appUrl)) + (apart ? await queued(engineUrl) : 0)
        if (waiting === 0 || performance.now() > until) return waiting
        await delay(100)
      }
    },
    async stopAt(stop) {
      await writeFile(writesFile, '')
      await writeFile(stopFile, stop ? JSON.stringify({ ...stop, log: writesFile }) : '')
    },
    writes: async () => (await readFile(writesFile, 'utf8')).split('\n').filter((line) => line !== ''),
    app: () => appProcess,
    async restartApp() {
      appProcess = await startApp()
    },
    async killEngine() {
      await engineProcess?.kill()
    },
    async restartEngine() {
      if (engineEnvironment) engineProcess = await startFirstline(engineEnvironment)
    },
    check: () => runFirstline(['check'], { ...appEnvironment, ...compiled }),
    async close() {
      await appProcess.kill()
      await engineProcess?.kill()
      await wire.close()
      for (const place of places) await place.remove()
    },
  }

  async function engine<T>(method: string, path: string, form?: Record<string, string>): Promise<T> {
    const url = `${engineUrl}/twilio/v1${path}`
    const body = form && new URLSearchParams(form)
    const headers = { authorization, 'x-twilio-webhook-enabled': 'true' }
    const response = await fetch(url, { method, headers, ...(body && { body }) })
    const text = await response.text()
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`)
    return (text ? JSON.parse(text) : undefined) as T
  }

  async function twilio(): Promise<Record<string, string>> {
    const { services } = await engine<{ services: { sid: string }[] }>('GET', '/Services')
    return {
      TWILIO_ACCOUNT_SID: account.accountSid,
      TWILIO_AUTH_TOKEN: account.authToken,
      TWILIO_CONVERSATIONS_SERVICE_SID: services[0]?.sid ?? '',
      TWILIO_BASE_URL: `${wire.engineUrl}/twilio`,
    }
  }
}

/** The depths of all queues of a node: starts, messages and webhooks. */
async function queued(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const depths = [...text.matchAll(/^firstline_queue_depth\{.*\} (\d+)$/gm)].map(([, depth]) => Number(depth))
  if (depths.length === 0) return 1
  return depths.reduce((sum, depth) => sum + depth, 0)
}
