import type { Engine } from '../engine.ts'
import type { Due } from '../lanes.ts'
import type { ServiceRow, WebhookEventRow } from '../tables.ts'
import { attemptsInOrder } from './lane.ts'
import { targetUrl } from './outbox.ts'

/** The webhooks of one conversation, to wherever its service's go: '' when that is nowhere any more. */
export type Delivery = { readonly key: string; readonly target: string }

/** So many conversations are told of beside each other to one receiver; another's that hangs takes none of its places. */
const placesPerTarget = 25

/** Finds the conversations whose webhooks are due, those that wait for longest first, as there are places. */
export async function dueDeliveries(engine: Engine, busy: readonly Delivery[]): Promise<Due<Delivery>> {
  const now = engine.clock()
  const services = await listServices(engine, now)
  const lanes: Delivery[] = []
  for (const [target, serviceSids] of dueTargets(engine, services, now)) {
    const free = placesPerTarget - busy.filter((delivery) => delivery.target === target).length
    if (free <= 0) continue
    const keys = await longestDue(engine, serviceSids, { now, busy, limit: free })
    lanes.push(...keys.map((key) => ({ key, target })))
  }
  const next = services.flatMap(({ nextAt }) => nextAt ?? [])
  return { lanes, nextAt: next.length > 0 ? Math.min(...next) : undefined }
}

/** When something of it is or was due first, and the first time after now. */
type WaitingService = ServiceRow & { firstAt: number | null; nextAt: number | null }

function listServices({ database }: Engine, now: number): Promise<WaitingService[]> {
  return database.db
    .selectFrom('service')
    .selectAll()
    .select(({ selectFrom }) => {
      const dueAt = selectFrom('webhook_lane')
        .select(({ fn }) => fn.min<number | null>('due_at').as('at'))
        .whereRef('service_sid', '=', 'service.sid')
      return [dueAt.as('firstAt'), dueAt.where('due_at', '>', now).as('nextAt')]
    })
    .execute()
}

/** The services with something that is due, by where it goes. */
function dueTargets(engine: Engine, services: WaitingService[], now: number): Map<string, string[]> {
  const due = services.filter(({ firstAt }) => firstAt !== null && firstAt <= now)
  const targets = Map.groupBy(due, (service) => targetUrl(engine, service) ?? '')
  return new Map(Array.from(targets, ([target, rows]) => [target, rows.map(({ sid }) => sid)]))
}

/** One service after the other: an index has the lanes of each in order, and not those of several. */
async function longestDue(
  { database }: Engine,
  serviceSids: readonly string[],
  { now, busy, limit }: { now: number; busy: readonly Delivery[]; limit: number },
): Promise<string[]> {
  const keys = busy.map(({ key }) => key)
  const found: { key: string; dueAt: number }[] = []
  for (const sid of serviceSids) {
    const rows = await database.db
      .selectFrom('webhook_lane')
      .select(['conversation_sid as key', 'due_at as dueAt'])
      .where('service_sid', '=', sid)
      .where('due_at', '<=', now)
      .$if(keys.length > 0, (query) => query.where('conversation_sid', 'not in', keys))
      .orderBy('due_at')
      .limit(limit)
      .execute()
    found.push(...rows)
  }
  found.sort((a, b) => a.dueAt - b.dueAt)
  return found.slice(0, limit).map(({ key }) => key)
}

/** The events of a conversation that are to be sent now, in order, up to one that holds back what came after it. */
export async function dueEvents({ database, clock }: Engine, key: string, limit: number): Promise<WebhookEventRow[]> {
  const now = clock()
  const events = await database.db
    .selectFrom('webhook_event')
    .selectAll()
    .where('conversation_sid', '=', key)
    .where((eb) => eb.or([eb('due_at', '<=', now), eb('attempts', '<', attemptsInOrder)]))
    .orderBy('position')
    .limit(limit)
    .execute()
  const held = events.findIndex((event) => event.due_at > now)
  return held === -1 ? events : events.slice(0, held)
}
