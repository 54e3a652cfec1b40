import type { Engine } from './engine.ts'

/** How much waits, and since when (milliseconds since 1970). */
export type QueueLength = { readonly depth: number; readonly oldestAt?: number | undefined }

/** What has not left yet: webhooks in the outbox, and messages between the carrier and the phones. */
export type QueueLengths = { readonly webhooks: QueueLength; readonly deliveries: QueueLength }

export async function countQueues({ database }: Engine): Promise<QueueLengths> {
  const webhooks = await database.db
    .selectFrom('webhook_event')
    .select(({ fn }) => [fn.countAll<number>().as('depth'), fn.min<number | null>('created_at').as('oldestAt')])
    .executeTakeFirstOrThrow()
  const deliveries = await database.db
    .selectFrom('carrier_job')
    .select(({ fn }) => [fn.countAll<number>().as('depth'), fn.min<number | null>('due_at').as('oldestAt')])
    .executeTakeFirstOrThrow()
  return { webhooks: lengthOf(webhooks), deliveries: lengthOf(deliveries) }
}

function lengthOf({ depth, oldestAt }: { depth: number; oldestAt: number | null }): QueueLength {
  return { depth: Number(depth), oldestAt: oldestAt ?? undefined }
}
