/** Many workers who start at once, to customers of whom several are after the same. */
import { setTimeout as delay } from 'node:timers/promises'
import type { AttemptPage, StartResult } from '@firstline/app/api'
import { seeded } from '../../support/fault-proxy.ts'
import type { Session } from '../../support/session.ts'
import { type Cluster, succeed } from '../nodes/cluster.ts'

export type Load = { starts: number; workers: number; pairs: number }

/** One start that was asked for, and what came back. */
export type Asked = { worker: string; phone: string; key: string; ms: number; status: number; body: Answer }
type Answer = Partial<StartResult> & { code?: number; title?: string; holder?: { identity: string } }

export type Outcome = { asked: Asked[]; seconds: number; wrong: string[] }

/** Longer than anything that is waited for inside. */
const patienceMs = 240_000
const settlesWithinMs = 120_000
const workersAtOnce = 4

/** Has all the starts asked for in the same moment, and judges what came of them by the engine's own word. */
export async function putLoadOn(cluster: Cluster, load: Load): Promise<Outcome> {
  const sessions = await addWorkers(cluster, load.workers)
  const names = [...sessions.keys()]
  const random = seeded(load.starts)
  const pick = (below: number) => Math.floor(random() * below)
  // Every pair at least once, and then again and again.
  const plan = Array.from({ length: load.starts }, (_, n) => ({
    worker: names[pick(names.length)] as string,
    phone: phoneOf(n < load.pairs ? n : pick(load.pairs)),
    key: `start-${n}`,
    place: random(),
  })).sort((a, b) => a.place - b.place)
  const begun = performance.now()
  const asked = await Promise.all(plan.map((each) => ask(cluster, sessions.get(each.worker) as Session, each)))
  const seconds = (performance.now() - begun) / 1000
  return { asked, seconds, wrong: await findWrong(cluster, load, asked) }
}

async function addWorkers(cluster: Cluster, many: number): Promise<Map<string, Session>> {
  const sessions = new Map<string, Session>()
  const emails = Array.from({ length: many }, (_, n) => `worker-${n}@example.com`)
  const add = async () => {
    for (let email = emails.pop(); email; email = emails.pop()) sessions.set(email, await cluster.addWorker(email))
  }
  await Promise.all(Array.from({ length: workersAtOnce }, add))
  return sessions
}

const phoneOf = (n: number) => `+1555${String(3_000_000 + n)}`

async function ask(
  { url }: Cluster,
  { cookie }: Session,
  { worker, phone, key }: Pick<Asked, 'worker' | 'phone' | 'key'>,
): Promise<Asked> {
  const begun = performance.now()
  const response = await fetch(`${url}/api/outgoing-conversations`, {
    method: 'POST',
    headers: { cookie, 'content-type': 'application/json', 'idempotency-key': key },
    body: JSON.stringify({ customerId: phone, channel: { type: 'sms', value: phone } }),
    signal: AbortSignal.timeout(patienceMs),
  }).catch((error) => error as Error)
  const failed = response instanceof Error
  const status = failed ? 0 : response.status
  const body = failed ? { title: `no answer: ${response.cause ?? response}` } : ((await response.json()) as Answer)
  return { worker, phone, key, ms: performance.now() - begun, status, body }
}

async function findWrong(cluster: Cluster, { pairs }: Load, asked: Asked[]): Promise<string[]> {
  const wrong: string[] = []
  const unfinished = await settle(cluster)
  if (unfinished > 0) wrong.push(`${unfinished} attempts are not at their end`)
  for (const { status, body, key } of asked) {
    const isAnswer = status === 201 ? body.conversationSid !== undefined : (body.code ?? 0) >= 48_000
    if (!isAnswer) wrong.push(`${key} was answered ${status} ${JSON.stringify(body)}`)
  }
  const conversations = await list<{ sid: string; state: string }>(cluster, '/Conversations', 'conversations')
  if (conversations.length !== pairs) wrong.push(`${conversations.length} conversations, not ${pairs}`)
  const known = new Set(asked.map(({ body }) => body.conversationSid))
  for (const { sid } of conversations) if (!known.has(sid)) wrong.push(`${sid} belongs to nobody`)
  for (const [phone, group] of Map.groupBy(asked, (each) => each.phone)) {
    wrong.push(...(await judgePair(cluster, phone, group)))
  }
  return wrong
}

/** One worker has the conversation, and gets it each time; all others are told who has it. */
async function judgePair(cluster: Cluster, phone: string, asked: Asked[]): Promise<string[]> {
  const wrong: string[] = []
  const say = (text: string) => wrong.push(`${phone}: ${text}`)
  const found = asked.filter(({ status }) => status === 201)
  const sids = new Set(found.map(({ body }) => body.conversationSid))
  const owners = new Set(found.map(({ worker }) => worker))
  if (sids.size !== 1 || owners.size !== 1) say(`${sids.size} conversations of ${owners.size} workers were answered`)
  const created = found.filter(({ body }) => body.reused === false)
  if (created.length !== 1) say(`${created.length} starts say that they made it`)
  const [owner = ''] = owners
  for (const { worker, status, body } of asked) {
    if (status === 201) continue
    if (worker === owner) say(`${worker} has it, and is answered ${body.code} ${body.title}`)
    else if (body.code !== 48031) say(`${worker} is answered ${body.code} ${body.title}`)
    else if (body.holder?.identity !== owner) say(`${worker} is told that ${body.holder?.identity} has it`)
  }
  const [sid] = sids
  if (!sid) return wrong
  const participants = await list<{ identity: string | null; messaging_binding: { address?: string } | null }>(
    cluster,
    `/Conversations/${sid}/Participants`,
    'participants',
  )
  const who = participants.map((one) => one.identity ?? one.messaging_binding?.address).sort()
  if (who.join() !== [phone, owner].sort().join()) say(`in ${sid} are ${who.join()}`)
  return wrong
}

/** Waits until no attempt is under way or being undone. @returns how many still are when patience ends. */
async function settle(cluster: Cluster): Promise<number> {
  const until = performance.now() + settlesWithinMs
  for (;;) {
    const attempts = await allAttempts(cluster)
    const left = attempts.filter(
      ({ state, steps }) =>
        (state !== 'succeeded' && state !== 'failed') || steps.some(({ outcome }) => outcome === 'undoing'),
    )
    if (left.length === 0 || performance.now() > until) return left.length
    await delay(500)
  }
}

async function allAttempts({ admin }: Cluster): Promise<AttemptPage['attempts']> {
  const found: AttemptPage['attempts'] = []
  let cursor: string | undefined = ''
  while (cursor !== undefined) {
    const asked = admin.request('GET', `/api/console/attempts?cursor=${encodeURIComponent(cursor)}`)
    const page = (await (await succeed(asked)).json()) as AttemptPage
    found.push(...page.attempts)
    cursor = page.nextCursor
  }
  return found
}

async function list<T>(cluster: Cluster, path: string, key: string): Promise<T[]> {
  const found: T[] = []
  let next: string | null = `${path}?PageSize=100`
  while (next) {
    const response = await succeed(cluster.engine(`/v1${next}`))
    const page = (await response.json()) as Record<string, T[]> & { meta: { next_page_url: string | null } }
    found.push(...(page[key] ?? []))
    next = page.meta.next_page_url?.replace(/^.*\/v1/, '') ?? null
  }
  return found
}

/** What came of it, in numbers. */
export function summarise({ asked, seconds }: Outcome): Record<string, string | number> {
  const times = asked.map(({ ms }) => ms).sort((a, b) => a - b)
  const quantile = (share: number) => `${Math.round(times[Math.ceil(times.length * share) - 1] ?? 0)} ms`
  const count = (isMeant: (each: Asked) => boolean) => asked.filter(isMeant).length
  return {
    starts: asked.length,
    made: count(({ body }) => body.reused === false),
    reused: count(({ body }) => body.reused === true),
    '48031': count(({ body }) => body.code === 48031),
    'anything else': count(({ status, body }) => status !== 201 && body.code !== 48031),
    seconds: Number(seconds.toFixed(1)),
    p50: quantile(0.5),
    p95: quantile(0.95),
    p99: quantile(0.99),
  }
}
