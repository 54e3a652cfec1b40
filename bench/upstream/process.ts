import { fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

export type UpstreamOptions = {
  account: { accountSid: string; authToken: string }
  /** Of the engine's database. */
  folder: string
  /** Where the engine's webhooks go. */
  webhookUrl: string
  /** What is added to each call of the Conversations API. */
  engineMs: number
  /** What is added to each callback. */
  callbackMs: number
}

export type UpstreamReady = {
  /** What stands in for `https://conversations.twilio.com`. */
  engineUrl: string
  callbackUrl: string
  serviceSid: string
  /** Takes the webhooks of another engine, and does nothing about them. */
  webhookSink: string
}

export type Upstream = UpstreamReady & { stop(): Promise<void> }

/** Starts the engine and an integration service in another process; see `main.ts`. */
export async function startUpstream(options: UpstreamOptions): Promise<Upstream> {
  const main = fileURLToPath(new URL('main.ts', import.meta.url))
  const child = fork(main, [JSON.stringify(options)])
  const exited = once(child, 'exit').then(() => {})
  const ready = await Promise.race([
    once(child, 'message').then(([message]) => message as UpstreamReady),
    exited.then(() => {
      throw new Error('the upstream process ended at its start')
    }),
  ])
  return {
    ...ready,
    async stop() {
      child.kill('SIGKILL')
      await exited
    },
  }
}
