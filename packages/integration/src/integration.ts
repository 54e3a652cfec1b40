import { type Handlers, toFetchHandler } from '@firstline/callbacks'
import type { Database } from '@firstline/database'
import { answerCrm } from './customers.ts'
import { answerOutgoingConversation } from './proxies.ts'
import { seedSamples } from './seeding.ts'
import { type IntegrationTables, migrations } from './tables.ts'
import { answerTemplates } from './templates.ts'

export type IntegrationOptions = {
  readonly database: Database<IntegrationTables>
  /** What callbacks are signed with; without it nothing is answered. */
  readonly accountToken: string | (() => string)
  /** Where the callbacks' senders believe this service to be; it is never guessed from headers. */
  readonly publicUrl: string | (() => string)
  /** Numbers that the account owns (`+15550001111`, `whatsapp:+15550001111`), given instead of the samples' ones. */
  readonly senders?: readonly string[] | undefined
  readonly clock?: (() => number) | undefined
  /** Told of whatever goes wrong inside; the sender gets a bare 500. */
  readonly onError?: ((error: unknown) => void) | undefined
}

export type Integration = {
  fetch(request: Request): Promise<Response>
  /** Brings the tables up to date. */
  prepare(): Promise<void>
  /** Fills in sample data, once. @param workers to whom the first two groups of customers belong. */
  seedSamples(workers: readonly { readonly identity: string }[]): Promise<void>
}

/** The paths of the three callbacks below the public URL. */
export const integrationPaths = {
  outgoingConversation: '/integration/callbacks/outgoing-conversation',
  crm: '/integration/callbacks/crm',
  templates: '/integration/callbacks/templates',
} as const

/**
 * An integration service: customers, proxy numbers and templates from a database of its own.
 *
 * @example
 * const integration = createIntegration({ database, accountToken, publicUrl: 'https://app.example.com' })
 * await integration.prepare()
 * await integration.seedSamples(sampleWorkers)
 * const response = await integration.fetch(request)
 */
export function createIntegration(options: IntegrationOptions): Integration {
  const { database } = options
  const handlersByPath: [path: string, handlers: Handlers][] = [
    [integrationPaths.outgoingConversation, answerOutgoingConversation(database, options.senders)],
    [integrationPaths.crm, answerCrm(database)],
    [integrationPaths.templates, answerTemplates(database)],
  ]
  return {
    async fetch(request) {
      // The public URL may have a path of its own in front.
      const { pathname } = new URL(request.url)
      const [path, handlers] = handlersByPath.find(([path]) => pathname.endsWith(path)) ?? []
      if (!path || !handlers) return Response.json({ message: 'not found' }, { status: 404 })
      const url = current(options.publicUrl).replace(/\/+$/, '') + path
      const authTokens = [current(options.accountToken)]
      return toFetchHandler({ url, authTokens, handlers, onError: options.onError })(request)
    },
    prepare: () => database.migrate(migrations),
    seedSamples: (workers) => seedSamples(database, workers, (options.clock ?? Date.now)()),
  }
}

function current(value: string | (() => string)): string {
  return typeof value === 'function' ? value() : value
}
