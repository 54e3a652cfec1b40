import { createConversations } from '@firstline/conversations'
import { openDatabase } from '@firstline/database'

export const account = { accountSid: `AC${'5'.repeat(32)}`, authToken: 'conformance-token' }
const authorization = `Basic ${btoa(`${account.accountSid}:${account.authToken}`)}`

/** An engine of its own in memory, ended with the test. */
export async function startEngine(t: { after(fn: () => Promise<void>): unknown }) {
  const database = await openDatabase<never>({ kind: 'sqlite', file: ':memory:' })
  const engine = createConversations({
    database: database as never,
    account,
    basePath: '/twilio',
    writesPerSecond: 0,
    carrier: { deliverAfterMs: 0, readAfterMs: 0 },
  })
  await engine.prepare()
  engine.start()
  t.after(async () => {
    await engine.drain()
    await database.close()
  })
  return engine
}

export type Engine = Awaited<ReturnType<typeof startEngine>>

/** A plain REST request, without any client. */
export async function call(engine: Engine, method: string, path: string, form?: Record<string, string>) {
  const request = new Request(new URL(path, 'https://conversations.example'), {
    method,
    headers: { authorization },
    ...(form && { body: new URLSearchParams(form) }),
  })
  const response = await engine.fetch(request)
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

export async function callSimulator(engine: Engine, path: string, json: unknown): Promise<number> {
  const headers = { authorization, 'content-type': 'application/json' }
  const url = `https://conversations.example/simulator${path}`
  const response = await engine.fetch(new Request(url, { method: 'POST', headers, body: JSON.stringify(json) }))
  return response.status
}
