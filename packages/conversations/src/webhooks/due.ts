import type { Engine } from '../engine.ts'
import type { Due } from '../lanes.ts'
import { targetUrl } from './outbox.ts'

/** The webhooks of one conversation, to wherever its service's go: '' when that is nowhere any more. */
export type Delivery = { readonly key: string; readonly target: string }

/** So many conversations are told of beside each other to one receiver; another's that hangs takes none of its places. */
const placesPerTarget = 25
/** So often a failing event holds back what came after it in its conversation; then order gives way to progress. */
const attemptsInOrder = 6

/** Finds the conversations whose webhooks are due, those that wait for longest first, as there are places. */
export async function dueDeliveries(engine: Engine, busy: readonly Delivery[]): Promise<Due<Delivery>> {
  const { db } = engine.database
  const lanes: Delivery[] = []
  for (const [target, serviceSids] of await dueTargets(engine)) {
    const free = placesPerTarget - busy.filter((delivery) => delivery.target === target).length
    if (free <= 0) continue
    const keys = busy.map(({ key }) => key)
    const rows = await dueEvents(engine)
      .select('conversation_sid as key')
      .where('service_sid', 'in', serviceSids)
      .$if(keys.length > 0, (query) => query.where('conversation_sid', 'not in', keys))
      .groupBy('conversation_sid')
      .orderBy(({ fn }) => fn.min('position'))
      .limit(free)
      .execute()
    lanes.push(...rows.map(({ key }) => ({ key, target })))
  }
  const next = await db
    .selectFrom('webhook_event')
    .select(({ fn }) => fn.min<number | null>('due_at').as('at'))
    .where('due_at', '>', engine.clock())
    .executeTakeFirst()
  return { lanes, nextAt: next?.at ?? undefined }
}

/** The services with events that are due, by where these go. */
async function dueTargets(engine: Engine): Promise<Map<string, string[]>> {
  const { db } = engine.database
  const waiting = await db
    .selectFrom('webhook_event')
    .select('service_sid as sid')
    .distinct()
    .where('due_at', '<=', engine.clock())
    .execute()
  const services = await db.selectFrom('service').selectAll().execute()
  const targets = new Map<string, string[]>()
  for (const { sid } of waiting) {
    const service = services.find((row) => row.sid === sid)
    const target = (service && targetUrl(engine, service)) ?? ''
    targets.set(target, [...(targets.get(target) ?? []), sid])
  }
  return targets
}

/** Events that are due, and not behind one of their conversation that is not. */
export function dueEvents({ database, clock }: Engine) {
  const now = clock()
  return database.db
    .selectFrom('webhook_event as event')
    .where('due_at', '<=', now)
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('webhook_event as earlier')
            .select('earlier.id')
            .whereRef('earlier.conversation_sid', '=', 'event.conversation_sid')
            .whereRef('earlier.position', '<', 'event.position')
            .where('earlier.attempts', '<', attemptsInOrder)
            .where('earlier.due_at', '>', now),
        ),
      ),
    )
}
