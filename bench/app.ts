/** A Firstline process as the benchmarks use it: signed in, with an integration service of the benchmark's own. */
import { setTimeout as delay } from 'node:timers/promises'
import type { StartResult } from '@firstline/app/api'
import { type FirstlineProcess, startFirstline } from '../tests/support/firstline.ts'
import { administrator, asAdministrator, type Session, signIn } from '../tests/support/session.ts'
import { phoneOf } from './customers.ts'

export type BenchApp = {
  readonly firstline: FirstlineProcess
  readonly session: Session
  /** Has the CRM asked, as looking at the customer does before a start. */
  look(customerId: string): Promise<void>
  /** Starts on SMS. @throws when it fails. */
  start(customerId: string): Promise<StartResult>
  /** The metrics of this name, summed over their labels. */
  metric(name: string): Promise<number>
  /** Waits until nothing is left to do of what was begun. */
  settled(): Promise<void>
  stop(): Promise<void>
}

const lookAgainMs = 25

export const account = { accountSid: `AC${'7'.repeat(32)}`, authToken: 'a-token-for-the-benchmark' }
/** Opens the engine's own interface. */
export const authorization = `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}`

/**
 * @param callbackUrl where the integration service is.
 * @param environment further variables.
 */
export async function openApp(callbackUrl: string, environment: NodeJS.ProcessEnv = {}): Promise<BenchApp> {
  const firstline = await startFirstline({ ...asAdministrator, FIRSTLINE_SAMPLES: 'false', ...environment })
  try {
    const session = await signIn(firstline.url, administrator.email, administrator.password)
    const urls = { outgoingConversationCallbackUrl: callbackUrl, crmCallbackUrl: callbackUrl, templatesCallbackUrl: '' }
    await read(session.request('PUT', '/api/console/settings', urls))
    return connect(firstline, session)
  } catch (error) {
    await firstline.stop()
    throw error
  }
}

function connect(firstline: FirstlineProcess, session: Session): BenchApp {
  async function metric(name: string): Promise<number> {
    const text = await (await fetch(`${firstline.url}/metrics`)).text()
    const lines = text.matchAll(new RegExp(`^${name}(?:\\{.*\\})? (\\S+)$`, 'gm'))
    return [...lines].reduce((sum, [, value]) => sum + Number(value), 0)
  }
  return {
    firstline,
    session,
    async look(customerId) {
      await read(session.request('GET', `/api/customers/${customerId}`))
    },
    start: (customerId) =>
      read<StartResult>(
        session.request(
          'POST',
          '/api/outgoing-conversations',
          { customerId, channel: { type: 'sms', value: phoneOf(customerId) } },
          { 'idempotency-key': keyOf(customerId) },
        ),
      ),
    metric,
    async settled() {
      while ((await metric('firstline_queue_depth')) > 0) await delay(lookAgainMs)
    },
    async stop() {
      await firstline.stop()
    },
  }
}

/** By which a start is found again. */
export const keyOf = (customerId: string) => `bench-${customerId}`

/** @throws with what was answered when that is not a success. */
export async function read<T>(asked: Promise<Response>): Promise<T> {
  const response = await asked
  const text = await response.text()
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${text}`)
  return (text ? JSON.parse(text) : undefined) as T
}
