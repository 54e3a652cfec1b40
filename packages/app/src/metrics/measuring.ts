/** What is counted when somebody asks for the metrics. */
import type { Context } from '../context.ts'
import { isPending } from '../inbox/outgoing-store.ts'

/** How much waits, and since when (milliseconds since 1970). */
export type Queue = { depth: number; oldestAt?: number | undefined }

export type Node = {
  /** How many event streams are open. */
  streams(): number
  isReady(): Promise<boolean>
}

/** Brings the gauges up to date. What cannot be asked now shows no value rather than an old one. */
export async function measure(ctx: Context, node: Node): Promise<void> {
  const { ready, engineDown, streams, queueDepth, queueOldest } = ctx.metrics.gauges
  streams.set(node.streams())
  ready.set((await node.isReady()) ? 1 : 0)
  engineDown.set(ctx.engine.isDown() ? 1 : 0)
  const queues = await countQueues(ctx).catch((error) => {
    ctx.log.warn({ err: error }, 'the queues could not be counted')
    return {}
  })
  const now = ctx.clock()
  queueDepth.reset()
  queueOldest.reset()
  for (const [queue, { depth, oldestAt }] of Object.entries<Queue>(queues)) {
    queueDepth.set({ queue }, depth)
    queueOldest.set({ queue }, depth > 0 && oldestAt !== undefined ? Math.max(0, now - oldestAt) / 1000 : 0)
  }
}

/** Each count goes through an index that holds no more than what is counted. */
export async function countQueues({ database, options }: Context): Promise<Record<string, Queue>> {
  const { db } = database
  // Grouped here: to group them itself SQLite would go through those of the last month.
  const attempts = await db
    .selectFrom('outgoing_attempts')
    .select(['state', 'started_at'])
    .where('lease_until', 'is not', null)
    .execute()
  const starts = attempts.map(({ state, started_at: oldestAt }) => ({ state, depth: 1, oldestAt }))
  const messages = await db
    .selectFrom('outgoing_message')
    .select(({ fn }) => [fn.countAll<number>().as('depth'), fn.min<number | null>('created_at').as('oldestAt')])
    .where(isPending())
    .executeTakeFirstOrThrow()
  const webhooks = await db
    .selectFrom('stored_webhook')
    .select(({ fn }) => [fn.countAll<number>().as('depth'), fn.min<number | null>('received_at').as('oldestAt')])
    .executeTakeFirstOrThrow()
  const engine = (await options.engineQueues?.()) ?? {}

  return {
    starts_running: joined(starts.filter(({ state }) => state === 'running')),
    // Of a start that succeeded something superfluous may be left to undo.
    starts_undoing: joined(starts.filter(({ state }) => state !== 'running')),
    messages_unsent: joined([messages]),
    webhooks_unprocessed: joined([webhooks]),
    ...Object.fromEntries(Object.entries(engine).map(([name, queue]) => [`engine_${name}`, queue])),
  }
}

function joined(rows: { depth: number; oldestAt: number | null }[]): Queue {
  const oldest = rows.flatMap(({ oldestAt }) => oldestAt ?? [])
  return {
    depth: rows.reduce((sum, { depth }) => sum + Number(depth), 0),
    ...(oldest.length > 0 && { oldestAt: Math.min(...oldest) }),
  }
}
