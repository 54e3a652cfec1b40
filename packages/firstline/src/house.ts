import { type App, type AppTables, createApp } from '@firstline/app'
import { type ConversationsTables, createConversations } from '@firstline/conversations'
import { type Database, type DatabaseLocation, openDatabase } from '@firstline/database'
import { createIntegration, type IntegrationTables } from '@firstline/integration'
import type { Logger } from 'pino'
import { type Account, type AccountTables, loadAccount } from './account.ts'
import type { Configuration } from './configuration.ts'

type Fetch = (request: Request) => Promise<Response>

/** All rooms of one node, wired together. */
export type House = {
  readonly app: App
  readonly account: Account
  /** The embedded engine, with its simulator. Absent when the engine is Twilio. */
  readonly engine?: { fetch: Fetch }
  readonly integration: ReturnType<typeof createIntegration>
  /** Starts the work that goes on by itself: sweeping, sending, reconciling. */
  start(): void
  /** Ends the app's loops and the browsers' streams; requests under way are still answered. */
  drain(): Promise<void>
  /** Ends everything else and closes the databases. */
  close(): Promise<void>
}

export type HouseOptions = {
  configuration: Configuration
  log: Logger
  /** The address of the other end of the socket on which a request came. */
  remoteAddress?: (request: Request) => string | undefined
  /** Whether the tables stay as they are: data of an older version is not brought up to date but refused. */
  leaveTables?: boolean
}

/** The data is of an older version of Firstline. */
export class OlderDataError extends Error {
  override readonly name = 'OlderDataError'
}

/** Where the rooms are mounted, below the public URL. */
export const mounts = { engine: '/twilio', webhooks: '/webhooks/conversations' } as const

/** A shorter one is taken, with a warning: many try things with a token that they can remember. */
const goodTokenLength = 16

/**
 * Opens the databases and wires the rooms: the app reaches the engine only by `fetch`, the engine
 * the app only by signed webhooks.
 *
 * @throws OlderDataError with `leaveTables`.
 */
export async function buildHouse({ configuration, log, remoteAddress, leaveTables }: HouseOptions): Promise<House> {
  const databases: Database<never>[] = []
  async function open<Tables>(room: string): Promise<Database<Tables>> {
    const database = await openDatabase<Tables>(locate(configuration, room))
    databases.push(database as unknown as Database<never>)
    return leaveTables
      ? { ...database, migrate: (migrations) => requireNone(database.listPending(migrations)) }
      : database
  }
  try {
    return await wire()
  } catch (error) {
    await closeAll(databases)
    throw error
  }

  async function wire(): Promise<House> {
    const { publicUrl, twilio } = configuration
    const account = await loadAccount(await open<AccountTables>('firstline'), twilio ?? configuration.account)
    if (account.authToken.length < goodTokenLength) {
      log.warn('the auth token has fewer than 16 characters: who guesses it can sign callbacks and webhooks')
    }
    // The engine's webhooks go to the app, which is built after it.
    let appFetch: Fetch = async () => new Response(null, { status: 503 })
    const embedded = twilio ? undefined : await openEngine((request) => appFetch(request))

    const integration = createIntegration({
      database: await open<IntegrationTables>('integration'),
      accountToken: account.authToken,
      publicUrl,
      senders: configuration.senders,
      onError: (error) => log.error({ err: error }, 'the built-in integration service failed'),
    })
    await integration.prepare()

    const app = await createApp({
      database: await open<AppTables>('app'),
      publicUrl,
      secret: account.secret,
      account,
      ...(configuration.previousAuthToken && { previousAuthToken: configuration.previousAuthToken }),
      engine: twilio
        ? { kind: 'twilio', fetch, baseUrl: twilio.baseUrl, serviceSid: twilio.serviceSid }
        : (embedded as NonNullable<typeof embedded>).connection,
      ...(embedded && {
        simulator: { fetch: embedded.engine.fetch, baseUrl: publicUrl + mounts.engine },
        engineQueues: embedded.engine.queues,
      }),
      integration: { fetch: integration.fetch, baseUrl: `${publicUrl}/integration` },
      ...(configuration.startLeaseMs && { startLeaseMs: configuration.startLeaseMs }),
      ...(configuration.startSettleMs && { startSettleMs: configuration.startSettleMs }),
      allowPrivateCallbacks: configuration.allowPrivateCallbacks,
      ...(configuration.retentionDays && { retentionDays: configuration.retentionDays }),
      trustProxy: configuration.trustProxy,
      ...(configuration.metricsToken && { metricsToken: configuration.metricsToken }),
      ...(remoteAddress && { remoteAddress }),
      log,
    })
    appFetch = app.fetch

    return {
      app,
      account,
      ...(embedded && { engine: embedded.engine }),
      integration,
      start() {
        embedded?.engine.start()
        app.start()
      },
      drain: () => app.drain(),
      async close() {
        await app.drain()
        await embedded?.engine.drain()
        await closeAll(databases)
      },
    }

    async function openEngine(webhookFetch: Fetch) {
      const engine = createConversations({
        database: await open<ConversationsTables>('conversations'),
        account,
        publicUrl,
        basePath: mounts.engine,
        ...(configuration.senders && { senders: configuration.senders }),
        webhook: { url: publicUrl + mounts.webhooks, send: webhookFetch },
        writesPerSecond: configuration.engineWritesPerSecond,
        log,
      })
      await engine.prepare()
      const connection = {
        kind: 'embedded' as const,
        fetch: engine.fetch,
        baseUrl: publicUrl + mounts.engine,
        serviceSid: engine.defaultServiceSid,
      }
      return { engine, connection }
    }
  }
}

async function requireNone(pending: Promise<string[]>): Promise<void> {
  const [first] = await pending
  if (first !== undefined) throw new OlderDataError(`the tables have not gone through "${first}" yet`)
}

async function closeAll(databases: Database<never>[]): Promise<void> {
  for (const database of databases) await database.close()
}

/** The rooms of a node that keep data. */
export function listRooms({ twilio }: Configuration): string[] {
  return ['firstline', 'app', 'integration', ...(twilio ? [] : ['conversations'])]
}

/** Each room has a file or a schema of its own, of its name. */
export function locate({ postgres, dataDir }: Configuration, room: string): DatabaseLocation {
  return postgres
    ? { kind: 'postgres', ...postgres, schema: room }
    : { kind: 'sqlite', file: `${dataDir}/${room}.sqlite` }
}
