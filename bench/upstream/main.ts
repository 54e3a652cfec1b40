/**
 * What a start talks to, as a process of its own, so that it takes no time from the app's: the embedded engine behind a
 * delay, and an integration service behind another. Started by `process.ts` with what is said there.
 */
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type ConversationsTables, createConversations } from '@firstline/conversations'
import { openDatabase } from '@firstline/database'
import { answerCallback } from '../customers.ts'
import { listen } from './listen.ts'
import type { UpstreamOptions, UpstreamReady } from './process.ts'

const options: UpstreamOptions = JSON.parse(process.argv[2] ?? '')
const { account, folder } = options

const database = await openDatabase<ConversationsTables>({ kind: 'sqlite', file: join(folder, 'engine.sqlite') })
const engine = createConversations({
  database,
  account,
  basePath: '/twilio',
  webhook: { url: options.webhookUrl, send: (request) => fetch(request) },
  writesPerSecond: 0,
})
await engine.prepare()
engine.start()

const engineServer = await listen(async (request) => {
  await delay(options.engineMs)
  return engine.fetch(request)
})
const callbackServer = await listen(async (request) => {
  if (new URL(request.url).pathname === '/webhooks') return new Response(null, { status: 204 })
  const params = new URLSearchParams(await request.text())
  await delay(options.callbackMs)
  return Response.json(answerCallback(params))
})
const ready: UpstreamReady = {
  engineUrl: `${engineServer.url}/twilio`,
  callbackUrl: `${callbackServer.url}/callback`,
  serviceSid: engine.defaultServiceSid,
  webhookSink: `${callbackServer.url}/webhooks`,
}
process.send?.(ready)
// Never longer than whoever needs it.
process.on('disconnect', () => process.exit(0))
