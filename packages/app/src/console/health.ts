/** How the callbacks do: how many failed, and how long they took. */
import { type Kysely, sql } from 'kysely'
import type { CallbackHealth, CallbackName } from '../api.ts'
import type { Context } from '../context.ts'
import { recently } from '../customers/recent.ts'
import { isoTime } from '../outgoing/present.ts'
import type { AppTables } from '../tables.ts'
import { notSet } from './callbacks.ts'
import { settingOf } from './settings.ts'

type Span = CallbackHealth['span']

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const spans: Record<Span, { slices: number; sliceMs: number }> = {
  hour: { slices: 12, sliceMs: 5 * minuteMs },
  day: { slices: 24, sliceMs: hourMs },
  week: { slices: 28, sliceMs: 6 * hourMs },
}
/** Every callback that is made may have every administrator's page ask. */
const freshMs = 3_000

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
  const { db } = ctx.database
  const { slices, sliceMs } = spans[span]
  // The slices stay where they are while time goes on: only the last one grows.
  const from = (Math.floor(ctx.clock() / sliceMs) + 1 - slices) * sliceMs
  const whole = await sumsOf(db, from, slices * sliceMs)
  const parts = await sumsOf(db, from, sliceMs)
  const callbacks = (Object.keys(settingOf) as CallbackName[]).map((callback) => ({
    callback,
    ...present(whole.find((sum) => sum.callback === callback)),
    slices: Array.from({ length: slices }, (_, slice) => ({
      from: isoTime(from + slice * sliceMs),
      ...present(parts.find((sum) => sum.callback === callback && sum.slice === slice)),
    })),
  }))
  return { span, callbacks }
}

type Sum = { callback: string; slice: number; total: number; failed: number; p50: number; p95: number }

/** Percentiles by the nearest rank: the least time within which so many of a hundred were over. */
async function sumsOf(db: Kysely<AppTables>, from: number, sliceMs: number): Promise<Sum[]> {
  const { rows } = await sql<Sum>`
    with made as (
      select callback, cast((at - ${from}) / ${sliceMs} as integer) as slice, ms,
        case when code is null then 0 else 1 end as failed
      from callback_exchange
      where callback in ('outgoingConversation', 'crm', 'templates') and at >= ${from} and is_try = 0
        and (code is null or code <> ${notSet})
    ), ranked as (
      select callback, slice, ms, failed,
        row_number() over (partition by callback, slice order by ms) as place,
        count(*) over (partition by callback, slice) as total
      from made
    )
    select callback, slice, max(total) as total, sum(failed) as failed,
      max(case when place = (total * 50 + 99) / 100 then ms end) as p50,
      max(case when place = (total * 95 + 99) / 100 then ms end) as p95
    from ranked group by callback, slice`.execute(db)
  return rows
}

function present(sum: Sum | undefined) {
  if (!sum) return { total: 0, failed: 0 }
  const { total, failed, p50, p95 } = sum
  return { total, failed, p50, p95 }
}
