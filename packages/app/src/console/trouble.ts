/** Callbacks that fail again and again. */
import { shownUrl } from '@firstline/callbacks'
import type { CallbackExchange, CallbackName, CallbackTrouble } from '../api.ts'
import type { Context } from '../context.ts'
import { isoTime } from '../outgoing/present.ts'
import { callbackTarget, uncounted } from './callbacks.ts'
import { settingOf } from './settings.ts'

type Trouble = CallbackTrouble['troubles'][number]

const troubleFrom = 3
const newestWithinMs = 24 * 60 * 60_000
const countedAtMost = 500

/** The callbacks whose last calls all failed: at least three, the newest of them within a day. */
export async function callbackTrouble(ctx: Context): Promise<Trouble[]> {
  const names = Object.keys(settingOf) as CallbackName[]
  const found = await Promise.all(names.map((name) => troubleOf(ctx, name)))
  return found.filter((trouble) => trouble !== undefined)
}

async function troubleOf(ctx: Context, callback: CallbackName): Promise<Trouble | undefined> {
  const { db } = ctx.database
  // As it is written down with each exchange.
  const url = shownUrl((await callbackTarget(ctx, callback)).url)
  const rows = await db
    .selectFrom('callback_exchange')
    .select(['id', 'at', 'url', 'code', 'is_try'])
    .where('callback', '=', callback)
    .where('at', '>', ctx.clock() - newestWithinMs)
    .orderBy('at', 'desc')
    .limit(countedAtMost)
    .execute()
  // What failed elsewhere before is no reproach to where it goes now.
  const there = rows.filter(({ url: where, code }) => where === url && (code === null || !uncounted.includes(code)))
  // A refusal has no code: the service works. A try that succeeds shows that it has been mended; one that fails says
  // only that it was tried.
  const success = there.findIndex(({ code }) => code === null)
  const failures = (success < 0 ? there : there.slice(0, success)).filter(({ is_try }) => !is_try)
  const [newest, oldest] = [failures[0], failures.at(-1)]
  if (!newest || !oldest || failures.length < troubleFrom) return undefined

  const { exchange } = await db
    .selectFrom('callback_exchange')
    .select('exchange')
    .where('id', '=', newest.id)
    .executeTakeFirstOrThrow()
  const { verdict } = JSON.parse(exchange) as CallbackExchange
  if (verdict.ok) return undefined
  const { code, title, remedy } = verdict
  return { callback, url, failures: failures.length, since: isoTime(oldest.at), code, title, remedy }
}
