import type { Database } from '@firstline/database'
import { APIError, type BetterAuthOptions, betterAuth } from 'better-auth'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import type { AppTables } from '../tables.ts'

/** Characters. Long enough that a rate-limited guesser does not arrive; no rules about kinds of characters. */
export const passwordLength = { min: 8, max: 128 }
/** Set by the sign-in route itself, whatever the client sent under this name. */
export const clientAddressHeader = 'x-firstline-client-address'

const daySeconds = 24 * 60 * 60

export type AuthSettings = {
  database: Database<AppTables>
  publicUrl: string
  secret: string
  log: Logger
  /** Sign-ins per client address; on unless `false`. */
  rateLimit?: boolean | undefined
}

export type Auth = ReturnType<typeof createAuth>

/** The tables as better-auth is to make and use them. */
export function authSchema(db: Kysely<AppTables>, kind: Database<AppTables>['kind']) {
  // Not settable over HTTP (`input: false`): an administrator sets identity and role, the commands set the state.
  const ours = { type: 'string', required: true, input: false } as const
  return {
    database: { db, type: kind, transaction: true },
    user: {
      modelName: 'auth_user',
      additionalFields: { identity: { ...ours, unique: true }, role: ours, state: ours },
    },
    session: { modelName: 'auth_session', expiresIn: 7 * daySeconds, updateAge: daySeconds },
    account: { modelName: 'auth_account' },
    verification: { modelName: 'auth_verification' },
    // In the database, so that several nodes count together.
    rateLimit: { storage: 'database', modelName: 'auth_rate_limit' },
  } satisfies BetterAuthOptions
}

/** Sign-in by e-mail and password. There is no sign-up: people come by invitation (see `invitations.ts`). */
export function createAuth({ database, publicUrl, secret, log, rateLimit }: AuthSettings) {
  const schema = authSchema(database.db, database.kind)
  return betterAuth({
    ...schema,
    appName: 'Firstline',
    baseURL: publicUrl,
    basePath: '/api/auth',
    secret,
    telemetry: { enabled: false },
    // Otherwise that the database is not there comes out as an answer without a cause.
    onAPIError: { throw: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: passwordLength.min,
      maxPasswordLength: passwordLength.max,
    },
    rateLimit: {
      ...schema.rateLimit,
      enabled: rateLimit !== false,
      window: 60,
      max: 300,
      customRules: { '/sign-in/email': { window: 60, max: 30 } },
    },
    databaseHooks: {
      session: {
        create: {
          before: async ({ userId }) => {
            const user = await database.db
              .selectFrom('auth_user')
              .select('state')
              .where('id', '=', userId)
              .executeTakeFirst()
            if (user?.state === 'active') return
            throw new APIError('FORBIDDEN', { code: 'DEACTIVATED', message: 'The account is deactivated' })
          },
        },
      },
    },
    advanced: {
      useSecureCookies: new URL(publicUrl).protocol === 'https:',
      cookiePrefix: 'firstline',
      defaultCookieAttributes: { httpOnly: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: [clientAddressHeader] },
      // The app compares Origin with its public URL on every write itself, these routes included.
      disableCSRFCheck: true,
      disableOriginCheck: true,
    },
    logger: {
      level: 'warn',
      // Only the message: the further arguments may hold what a person typed.
      log: (level, message) => log[level === 'error' ? 'error' : 'debug']({ from: 'better-auth' }, message),
    },
  })
}
