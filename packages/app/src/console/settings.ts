import { contractErrors, shownUrl } from '@firstline/callbacks'
import type { Kysely } from 'kysely'
import type { CallbackName, Settings } from '../api.ts'
import { type Author, changesBetween, type FieldChange, recordChange, theServer } from '../audit/audit.ts'
import type { Context } from '../context.ts'
import { RequestError, typeOf } from '../http/problem.ts'
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
 * Saves those that are given, and writes down what has changed.
 *
 * @throws RequestError 422 with 48002 that says which one is not right, and why.
 */
export async function changeSettings(
  ctx: Context,
  settings: Partial<Settings>,
  by: Author = theServer,
): Promise<Settings> {
  const checked: Partial<Settings> = {}
  for (const { name, label } of Object.values(settingOf)) {
    const given = settings[name]
    if (given !== undefined) checked[name] = checkUrl(ctx, given, label)
  }
  return await ctx.database.db.transaction().execute(async (tx) => {
    await ctx.database.lock(tx, 'settings')
    const before = await settingsIn(tx, ctx)
    for (const [name, value] of Object.entries(checked)) await save(tx, name, value)
    const after = await settingsIn(tx, ctx)
    const changes = changesBetween(before, after).map(withoutPasswords)
    if (changes.length === 0) return after
    await recordChange(tx, ctx.clock(), { by, subject: { kind: 'settings' }, action: 'changed', changes })
    return after
  })
}

function withoutPasswords({ field, from, to }: FieldChange): FieldChange {
  return { field, from: from === null ? null : shownUrl(from), to: to === null ? null : shownUrl(to) }
}

/**
 * A callback's URL as it may be saved: http or https, `built-in`, or '' for none. It is signed to the letter, so
 * nothing but spaces around it is changed. A user name and password in it are sent as Basic auth.
 *
 * @throws RequestError 422 with 48002
 */
export function checkUrl({ options }: Pick<Context, 'options'>, given: string, label: string): string {
  const url = given.trim()
  const { code, title, remedy } = contractErrors[48002]
  const refuse = (why: string) => new RequestError(422, title, `${label}: ${why}`, { code, type: typeOf(code), remedy })
  if (url === '') return url
  if (url === builtIn) {
    if (options.integration) return url
    throw refuse('there is no built-in integration service here. Give an http or https URL.')
  }
  if (url.length > maxUrlLength) throw refuse(`longer than ${maxUrlLength} characters.`)
  if (!URL.canParse(url) || !/^https?:\/\/[^/]/i.test(url))
    throw refuse('not a URL that begins with http:// or https://.')
  if (/\s/.test(url)) throw refuse('there is a space in it.')
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
