import type { Context } from 'hono'
import type { Engine } from '../engine.ts'
import type { ServiceRow } from '../tables.ts'

/**
 * The part of the API that a request is in: the root, which is the default service in short, or one
 * service. The resources are the same; their URLs differ, and a service's name the service.
 */
export type Scope = {
  readonly engine: Engine
  readonly service: ServiceRow
  readonly isRoot: boolean
  /** The public URL of a path below the scope, such as `/Conversations/CH…`. */
  url(path: string): string
  /** `chat_service_sid` where the resource has it only below a service. */
  readonly chatService: { chat_service_sid?: string }
}

export type Env = { Variables: { engine: Engine; baseUrl: string; scope: Scope } }
export type RestContext = Context<Env>

export function createScope(engine: Engine, service: ServiceRow, baseUrl: string, isRoot: boolean): Scope {
  const prefix = isRoot ? `${baseUrl}/v1` : `${baseUrl}/v1/Services/${service.sid}`
  return {
    engine,
    service,
    isRoot,
    url: (path) => prefix + path,
    chatService: isRoot ? {} : { chat_service_sid: service.sid },
  }
}

/** Whether a REST write asked for webhooks: without the header, what REST changes fires none. */
export function wantsWebhooks(c: Context): boolean {
  return c.req.header('x-twilio-webhook-enabled')?.toLowerCase() === 'true'
}

/** REST's dates are in whole seconds. */
export function isoDate(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19)}Z`
}
