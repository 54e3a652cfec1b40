/** How the callbacks do: how many failed, and how long they took. */
import { setImmediate as turn } from 'node:timers/promises'
import type { Kysely } from 'kysely'
import type { CallbackHealth, CallbackName } from '../api.ts'
import type { Context } from '../context.ts'
import { recently } from '../customers/recent.ts'
import { isoTime } from '../outgoing/present.ts'
import type { AppTables } from '../tables.ts'
import { uncounted } from './callbacks.ts'
import { settingOf } from './settings.ts'

type Span = CallbackHealth['span']

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const spans: Record<Span, { spanMs: number; sliceMs: number }> = {
  hour: { spanMs: hourMs, sliceMs: 5 * minuteMs },
  day: { spanMs: 24 * hourMs, sliceMs: hourMs },
  week: { spanMs: 7 * 24 * hourMs, sliceMs: 6 * hourMs },
}
/** Every callback that is made may have every administrator's page ask. */
const freshMs = 3_000

const names = Object.keys(settingOf) as CallbackName[]
const computed = recently<Promise<CallbackHealth>>()

/** Sums up what the app asked for itself; what administrators try says nothing of how a callback does. */
export function callbackHealth(ctx: Context, span: Span): Promise<CallbackHealth> {
  const known = computed.get(ctx, [span])
  if (known) return known
  const health = sumUp(ctx, span)
  computed.set(ctx, [span], health, freshMs)
  health.catch(() => computed.set(ctx, [span], undefined, 0))
  return health
}

async function sumUp(ctx: Context, span: Span): Promise<CallbackHealth> {
  const { spanMs, sliceMs } = spans[span]
  const end = ctx.clock() + 1
  const callbacks = names.map((callback) => ({ callback, whole: noTally(), slices: [] as Summary[] }))
  for (let from = end - spanMs, to: number; from < end; from = to) {
    // The slices stay where they are while time goes on: the last one grows, and the first one wanes.
    to = Math.min(end, (Math.floor(from / sliceMs) + 1) * sliceMs)
    const durations = await countDurations(ctx.database.db, from, to)
    for (const { callback, whole, slices } of callbacks) {
      const tally = noTally()
      for (const row of durations) if (row.callback === callback) for (const into of [tally, whole]) count(into, row)
      slices.push({ from: isoTime(from), ...summarise(tally) })
    }
    // A week is long, and SQLite lets nobody do anything beside.
    await turn()
  }
  return {
    span,
    callbacks: callbacks.map(({ callback, whole, slices }) => ({ callback, ...summarise(whole), slices })),
  }
}

type Durations = { callback: string; ms: number; total: number; failed: number }

/** How often each took how long. */
async function countDurations(db: Kysely<AppTables>, from: number, to: number): Promise<Durations[]> {
  return await db
    .selectFrom('callback_exchange')
    .select(({ fn }) => ['callback', 'ms', fn.countAll<number>().as('total'), fn.count<number>('code').as('failed')])
    .where('callback', 'in', names)
    .where('at', '>=', from)
    .where('at', '<', to)
    .where('is_try', '=', 0)
    .where((eb) => eb.or([eb('code', 'is', null), eb('code', 'not in', uncounted)]))
    .groupBy(['callback', 'ms'])
    .execute()
}

/** `byMs` tells how many took how many milliseconds. */
type Tally = { total: number; failed: number; byMs: Map<number, number> }
type Summary = CallbackHealth['callbacks'][number]['slices'][number]

function noTally(): Tally {
  return { total: 0, failed: 0, byMs: new Map() }
}

function count(tally: Tally, { ms, total, failed }: Durations): void {
  tally.total += total
  tally.failed += failed
  tally.byMs.set(ms, (tally.byMs.get(ms) ?? 0) + total)
}

function summarise({ total, failed, byMs }: Tally): Omit<Summary, 'from'> {
  if (total === 0) return { total, failed }
  const durations = [...byMs].sort(([a], [b]) => a - b)
  return { total, failed, p50: percentile(durations, total, 50), p95: percentile(durations, total, 95) }
}

/** By the nearest rank: the least time within which so many of a hundred were over. */
function percentile(durations: [ms: number, times: number][], total: number, percent: number): number {
  const rank = Math.ceil((total * percent) / 100)
  let over = 0
  for (const [ms, times] of durations) {
    over += times
    if (over >= rank) return ms
  }
  return 0
}
