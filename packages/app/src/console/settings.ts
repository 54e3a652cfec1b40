import type { Kysely } from 'kysely'
import type { CallbackName, Settings } from '../api.ts'
import { type Author, changesBetween, recordChange, theServer } from '../audit/audit.ts'
import type { Context } from '../context.ts'
import { RequestError } from '../http/problem.ts'
import type { AppTables } from '../tables.ts'

/** Means the integration service in the same process. */
export const builtIn = 'built-in'
const maxUrlLength = 2_048

/** The settings by the callback whose URL they hold, with the name that people read. */
export const settingOf = {
  outgoingConversation: { name: 'outgoingConversationCallbackUrl', label: 'Outgoing Conversation Callback URL' },
  crm: { name: 'crmCallbackUrl', label: 'CRM Callback URL' },
  templates: { name: 'templatesCallbackUrl', label: 'Templates Callback URL' },
} as const satisfies Record<CallbackName, { name: keyof Settings; label: string }>

/** The settings as they were saved; what was not is `built-in` where there is one, and not set ('') elsewhere. */
export function readSettings(ctx: Context): Promise<Settings> {
  return settingsIn(ctx.database.db, ctx)
}

async function settingsIn(db: Kysely<AppTables>, { options }: Context): Promise<Settings> {
  const rows = await db.selectFrom('setting').selectAll().execute()
  const saved = new Map(rows.map(({ name, value }) => [name, value]))
  const fallback = options.integration ? builtIn : ''
  return mapSettings((name) => saved.get(name) ?? fallback)
}

/**
 * Saves all three, and writes down what has changed.
 *
 * @throws RequestError 422 that says which one is not right, and why.
 */
export async function changeSettings(ctx: Context, settings: Settings, by: Author = theServer): Promise<Settings> {
  const checked = Object.fromEntries(
    Object.values(settingOf).map(({ name, label }) => [name, checkUrl(ctx, settings[name], label)]),
  )
  return await ctx.database.db.transaction().execute(async (tx) => {
    await ctx.database.lock(tx, 'settings')
    const before = await settingsIn(tx, ctx)
    for (const [name, value] of Object.entries(checked)) await save(tx, name, value)
    const after = await settingsIn(tx, ctx)
    const changes = changesBetween(before, after)
    if (changes.length === 0) return after
    await recordChange(tx, ctx.clock(), { by, subject: { kind: 'settings' }, action: 'changed', changes })
    return after
  })
}

/**
 * A callback's URL as it may be saved: http or https, `built-in`, or '' for none. It is signed to the letter, so
 * nothing but spaces around it is changed.
 *
 * @throws RequestError 422
 */
export function checkUrl({ options }: Pick<Context, 'options'>, given: string, label: string): string {
  const url = given.trim()
  const refuse = (why: string) => new RequestError(422, 'Invalid URL', `${label}: ${why}`)
  if (url === '') return url
  if (url === builtIn) {
    if (options.integration) return url
    throw refuse('there is no built-in integration service here. Give an http or https URL.')
  }
  if (url.length > maxUrlLength) throw refuse(`longer than ${maxUrlLength} characters.`)
  const parsed = URL.canParse(url) ? new URL(url) : undefined
  if (!parsed || !/^https?:\/\/[^/]/i.test(url)) throw refuse('not a URL that begins with http:// or https://.')
  if (/\s/.test(url)) throw refuse('there is a space in it.')
  if (parsed.username || parsed.password) throw refuse('a user name or password does not belong in it.')
  if (url.includes('#')) throw refuse('what comes after # is never sent. Take it out.')
  return url
}

async function save(tx: Kysely<AppTables>, name: string, value: string): Promise<void> {
  await tx
    .insertInto('setting')
    .values({ name, value })
    .onConflict((conflict) => conflict.column('name').doUpdateSet({ value }))
    .execute()
}

function mapSettings(settingNamed: (name: keyof Settings) => string): Settings {
  return {
    outgoingConversationCallbackUrl: settingNamed('outgoingConversationCallbackUrl'),
    crmCallbackUrl: settingNamed('crmCallbackUrl'),
    templatesCallbackUrl: settingNamed('templatesCallbackUrl'),
  }
}
