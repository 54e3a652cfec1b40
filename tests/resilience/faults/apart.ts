/** The app and the engine as two processes, with a network between them on which everything can go wrong. */
import { freePort } from '../../../scripts/postgres.ts'
import { startEverybody } from '../../support/everybody.ts'
import { type FaultProxy, startFaultProxy } from '../../support/fault-proxy.ts'
import { startFirstline } from '../../support/firstline.ts'
import { type DatabaseKind, makePlace } from '../../support/place.ts'
import { administrator, asAdministrator, type Session, signIn } from '../../support/session.ts'
import { addWorker } from '../../support/workers.ts'

export type Apart = {
  /** Between the app and the engine. What the engine tells the app goes around it. */
  readonly proxy: FaultProxy
  readonly url: string
  readonly admin: Session
  addWorker(email: string): Promise<Session>
  /** Everything in a list of the engine's, asked past the proxy. */
  list<T>(path: string, key: string): Promise<T[]>
  /** Everything that the app has printed. */
  printed(): string
  close(): Promise<void>
}

const account = { accountSid: `AC${'5'.repeat(32)}`, authToken: 'a-token-for-the-faults' }
const authorization = `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}`
/** Longer than a request that was lost is still under way here, and short enough to wait for. */
const timings = { START_LEASE_MS: '5000', START_SETTLE_MS: '5000' }

export async function startApart(kind: DatabaseKind): Promise<Apart> {
  const ends: (() => Promise<unknown>)[] = []
  const close = async () => {
    for (const end of ends.toReversed()) await end()
  }
  try {
    return await start()
  } catch (error) {
    await close()
    throw error
  }

  async function start(): Promise<Apart> {
    const common = { ...asAdministrator, FIRSTLINE_SAMPLES: 'false' }
    const enginePlace = await makePlace(kind)
    ends.push(enginePlace.remove)
    const appPlace = await makePlace(kind)
    ends.push(appPlace.remove)
    const engine = await startFirstline({
      ...common,
      ...enginePlace.environment,
      FIRSTLINE_ACCOUNT_SID: account.accountSid,
      FIRSTLINE_AUTH_TOKEN: account.authToken,
      FIRSTLINE_ENGINE_WRITES_PER_SECOND: '0',
    })
    ends.push(engine.kill)
    const proxy = await startFaultProxy(engine.url)
    ends.push(proxy.close)

    async function ask<T>(method: string, path: string, form?: Record<string, string>): Promise<T> {
      const body = form && new URLSearchParams(form)
      const request = { method, headers: { authorization }, ...(body && { body }) }
      const response = await fetch(`${engine.url}/twilio/v1${path}`, request)
      if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`)
      return (await response.json()) as T
    }
    async function list<T>(path: string, key: string): Promise<T[]> {
      const found: T[] = []
      let next: string | null = `${path}?PageSize=100`
      while (next) {
        const page: Record<string, T[]> & { meta: { next_page_url: string | null } } = await ask('GET', next)
        found.push(...(page[key] ?? []))
        next = page.meta.next_page_url?.replace(/^.*\/v1/, '') ?? null
      }
      return found
    }

    const [service] = await list<{ sid: string }>('/Services', 'services')
    const PORT = String(await freePort())
    const url = `http://localhost:${PORT}`
    await ask('POST', '/Configuration/Webhooks', { PostWebhookUrl: `${url}/webhooks/conversations` })
    const app = await startFirstline({
      ...common,
      ...appPlace.environment,
      ...timings,
      PORT,
      TWILIO_ACCOUNT_SID: account.accountSid,
      TWILIO_AUTH_TOKEN: account.authToken,
      TWILIO_CONVERSATIONS_SERVICE_SID: service?.sid ?? '',
      TWILIO_BASE_URL: `${proxy.url}/twilio`,
    })
    ends.push(app.kill)
    const everybody = await startEverybody(account.authToken)
    ends.push(everybody.close)
    const admin = await signIn(url, administrator.email, administrator.password)
    const settings = {
      outgoingConversationCallbackUrl: everybody.url,
      crmCallbackUrl: everybody.url,
      templatesCallbackUrl: '',
    }
    const saved = await admin.request('PUT', '/api/console/settings', settings)
    if (!saved.ok) throw new Error(`settings: ${saved.status} ${await saved.text()}`)
    return { proxy, url, admin, addWorker: (email) => addWorker(url, admin, email), list, printed: app.printed, close }
  }
}
