import { freePort } from '../../../scripts/postgres.ts'
import { startBalancer } from '../../support/balancer.ts'
import { type Everybody, startEverybody } from '../../support/everybody.ts'
import { type FirstlineProcess, runFirstline, startFirstline } from '../../support/firstline.ts'
import { type DatabaseKind, makePlace } from '../../support/place.ts'
import { administrator, asAdministrator, cookieOf, type Session, sessionAt, signIn } from '../../support/session.ts'

export type Cluster = {
  /** Where the load balancer is. */
  readonly url: string
  /** Empty with SQLite. */
  readonly databaseUrl: string
  /** The nodes that run or are being restarted, by their own addresses. */
  readonly nodes: readonly string[]
  /** Everything that the nodes have printed, those before a restart too. */
  printed(): string
  kill(node: number): Promise<void>
  restart(node: number): Promise<void>
  /** Asks one node's engine, or that of any: a form goes to the REST interface, JSON to the simulator. */
  engine(path: string, options?: { node?: number; form?: Record<string, string>; json?: unknown }): Promise<Response>
  admin: Session
  addWorker(email: string): Promise<Session>
  close(): Promise<void>
}

/**
 * Starts nodes at the same moment on an empty database behind a load balancer, and sets them up so that every phone
 * number is a customer's. A SQLite file can have one node.
 *
 * @throws when one of them does not come up.
 */
export async function startCluster(
  size: number,
  environment: NodeJS.ProcessEnv = {},
  { kind = 'postgres', server }: { kind?: DatabaseKind; server?: string } = {},
): Promise<Cluster> {
  const place = await makePlace(kind, server)
  const balancer = await startBalancer()
  const shared = { ...asAdministrator, ...place.environment, PUBLIC_URL: balancer.url, TRUST_PROXY: 'true' }
  let everybody: Everybody | undefined
  const ports = await Promise.all(Array.from({ length: size }, freePort))
  const printed: string[] = []
  const running: (FirstlineProcess | undefined)[] = []

  async function start(node: number): Promise<void> {
    running[node] = await startFirstline({
      ...shared,
      PORT: String(ports[node]),
      FIRSTLINE_ENGINE_WRITES_PER_SECOND: '0',
      ...environment,
    })
  }

  async function close(): Promise<void> {
    await Promise.all(running.map((node) => node?.kill()))
    await balancer.close()
    await everybody?.close()
    await place.remove()
  }

  try {
    const nodes = ports.map((port) => `http://localhost:${port}`)
    balancer.nodes = nodes
    const started = await Promise.allSettled(ports.map((_, node) => start(node)))
    for (const each of started) if (each.status === 'rejected') throw each.reason
    const { accountSid, authToken } = await readAccount(shared)
    everybody = await startEverybody(authToken)
    const admin = await signIn(balancer.url, administrator.email, administrator.password)
    await succeed(
      admin.request('PUT', '/api/console/settings', {
        outgoingConversationCallbackUrl: everybody.url,
        crmCallbackUrl: everybody.url,
        templatesCallbackUrl: '',
      }),
    )
    return {
      url: balancer.url,
      databaseUrl: place.environment['DATABASE_URL'] ?? '',
      nodes,
      printed: () => [...printed, ...running.map((node) => node?.printed() ?? '')].join('\n'),
      async kill(node) {
        await running[node]?.kill()
        printed.push(running[node]?.printed() ?? '')
        running[node] = undefined
      },
      restart: start,
      engine(path, { node, form, json } = {}) {
        const authorization = `Basic ${btoa(`${accountSid}:${authToken}`)}`
        const headers = { authorization, 'x-twilio-webhook-enabled': 'true' }
        const address = `${node === undefined ? balancer.url : nodes[node]}/twilio${path}`
        if (form) return fetch(address, { method: 'POST', headers, body: new URLSearchParams(form) })
        if (json === undefined) return fetch(address, { headers })
        const type = { 'content-type': 'application/json' }
        return fetch(address, { method: 'POST', headers: { ...headers, ...type }, body: JSON.stringify(json) })
      },
      admin,
      async addWorker(email) {
        const displayName = email.split('@')[0]
        const worker = { email, displayName, role: 'worker' }
        const invited = await succeed(admin.request('POST', '/api/console/workers', worker))
        const { invitationUrl } = (await invited.json()) as { invitationUrl: string }
        const token = new URL(invitationUrl).hash.slice(1)
        const accepted = await succeed(
          admin.request('POST', '/api/invitations/accept', { token, password: 'a long enough password' }),
        )
        return sessionAt(balancer.url, cookieOf(accepted))
      },
      close,
    }
  } catch (error) {
    await close()
    throw error
  }
}

/** What the first of the nodes generated, as `firstline token` tells it. */
async function readAccount(environment: NodeJS.ProcessEnv): Promise<{ accountSid: string; authToken: string }> {
  const { printed } = await runFirstline(['token'], environment)
  const [, accountSid, authToken] = /SID: (AC[0-9a-f]{32})\s+Auth token: +(\S+)/.exec(printed) ?? []
  if (!accountSid || !authToken) throw new Error(`no account: ${printed}`)
  return { accountSid, authToken }
}

/** @throws with what was answered, when that is not what was asked for. */
export async function succeed(asked: Promise<Response>): Promise<Response> {
  const response = await asked
  if (!response.ok) throw new Error(`${response.url}: ${response.status} ${await response.text()}`)
  return response
}
