import { z } from 'zod'

/** One environment variable: the documentation and the check of it are made from the same row. */
type Variable = {
  /** What is used without it, as the documentation says it. */
  readonly fallback: string
  readonly meaning: string
  /** What a right value looks like; shown when a wrong one is refused. */
  readonly expected: string
  readonly schema: z.ZodType
}

const port = z.coerce.number().int().min(0).max(65_535)
const yesNo = z.enum(['true', 'false']).transform((value) => value === 'true')
const origin = z
  .string()
  .refine((value) => /^https?:\/\/[^/?#@\s]+\/?$/.test(value) && URL.canParse(value))
  .transform((value) => new URL(value).origin)
const accountSid = z.string().regex(/^AC[0-9a-fA-F]{32}$/)

/** Every variable that Firstline reads. */
export const variables = {
  PORT: {
    fallback: '3000',
    meaning: 'The port on which the server listens.',
    expected: 'a number from 0 to 65535',
    schema: port,
  },
  HOST: {
    fallback: '127.0.0.1',
    meaning: 'The address on which the server listens. `0.0.0.0` lets other machines in.',
    expected: 'an IP address or host name',
    schema: z.string().min(1),
  },
  PUBLIC_URL: {
    fallback: '`http://localhost:` and the port',
    meaning: 'Where browsers and webhooks reach the server. Writes from any other origin are refused.',
    expected: 'an http or https URL without a path, such as https://firstline.example.com',
    schema: origin,
  },
  TRUST_PROXY: {
    fallback: 'false',
    meaning: 'Whether a proxy in front sets `X-Forwarded-For`. Without one, anybody could.',
    expected: 'true or false',
    schema: yesNo,
  },
  DATA_DIR: {
    fallback: './data',
    meaning: 'The folder of the SQLite files.',
    expected: 'a folder',
    schema: z.string().min(1),
  },
  DATABASE_URL: {
    fallback: 'SQLite in `DATA_DIR`',
    meaning: 'A PostgreSQL database, for several nodes. Each room has a schema of its own in it.',
    expected: 'a URL such as postgres://user:password@host:5432/firstline',
    schema: z.url({ protocol: /^postgres(ql)?$/ }),
  },
  DATABASE_POOL_SIZE: {
    fallback: '10',
    meaning: 'Connections to PostgreSQL that each room of a node may hold.',
    expected: 'a number from 1 to 200',
    schema: z.coerce.number().int().min(1).max(200),
  },
  FIRSTLINE_ADMIN_EMAIL: {
    fallback: 'a set-up link is printed',
    meaning: 'E-mail address and identity of the first administrator. Needs `FIRSTLINE_ADMIN_PASSWORD`.',
    expected: 'an e-mail address',
    schema: z.email(),
  },
  FIRSTLINE_ADMIN_PASSWORD: {
    fallback: 'a set-up link is printed',
    meaning: 'The password of that administrator.',
    expected: '8 to 128 characters',
    schema: z.string().min(8).max(128),
  },
  FIRSTLINE_ACCOUNT_SID: {
    fallback: 'generated at the first start',
    meaning: 'With the embedded engine: the account’s name in its REST interface.',
    expected: 'AC and 32 hexadecimal digits',
    schema: accountSid,
  },
  FIRSTLINE_AUTH_TOKEN: {
    fallback: 'generated at the first start',
    meaning:
      'With the embedded engine: signs callbacks and webhooks, and opens the engine. `firstline token` prints it.',
    expected: 'at least 16 characters; fewer are easily guessed',
    schema: z.string().min(1),
  },
  PREVIOUS_AUTH_TOKEN: {
    fallback: 'only the current token is accepted',
    meaning:
      'While the auth token is being replaced: the one before. What was signed with it is still accepted; nothing more is signed with it.',
    expected: 'a token',
    schema: z.string().min(1),
  },
  FIRSTLINE_SENDERS: {
    fallback: 'any well-formed number',
    meaning: 'With the embedded engine: the addresses that the account owns.',
    expected: 'numbers separated by commas, such as +15550001111,whatsapp:+15550001111',
    schema: z
      .string()
      .regex(/^\s*((whatsapp:)?\+[1-9]\d{1,14}|\d{3,8})(\s*,\s*((whatsapp:)?\+[1-9]\d{1,14}|\d{3,8}))*\s*$/)
      .transform((list) => list.split(',').map((sender) => sender.trim())),
  },
  FIRSTLINE_SAMPLES: {
    fallback: 'true',
    meaning: 'With the embedded engine: whether sample workers and their customers are there to try things with.',
    expected: 'true or false',
    schema: yesNo,
  },
  FIRSTLINE_ENGINE_WRITES_PER_SECOND: {
    fallback: '30, which is Twilio’s',
    meaning:
      'With the embedded engine: how often a second it creates or deletes conversations, and writes in each, before it answers 429. 0 is without limit.',
    expected: 'a whole number from 0 to 100000',
    schema: z.coerce.number().int().min(0).max(100_000),
  },
  TWILIO_ACCOUNT_SID: {
    fallback: 'the embedded engine',
    meaning: 'Use Twilio Conversations with this account. Needs the next two as well.',
    expected: 'AC and 32 hexadecimal digits',
    schema: accountSid,
  },
  TWILIO_AUTH_TOKEN: {
    fallback: 'the embedded engine',
    meaning: 'The auth token of that account. Signs callbacks and checks webhooks.',
    expected: 'the token from the Twilio console',
    schema: z.string().min(1),
  },
  TWILIO_CONVERSATIONS_SERVICE_SID: {
    fallback: 'the embedded engine',
    meaning: 'The Conversations service in which everything happens.',
    expected: 'IS and 32 hexadecimal digits',
    schema: z.string().regex(/^IS[0-9a-f]{32}$/),
  },
  TWILIO_BASE_URL: {
    fallback: 'https://conversations.twilio.com',
    meaning: 'Where the Conversations API is reached instead of Twilio’s host.',
    expected: 'an http or https URL',
    schema: z.url({ protocol: /^https?$/ }).transform((value) => value.replace(/\/+$/, '')),
  },
  START_LEASE_MS: {
    fallback: '30000',
    meaning:
      'How long the start of a conversation stays with a node that gives no more signs of life; then another finishes it or takes it back.',
    expected: 'milliseconds from 1000 to 600000',
    schema: z.coerce.number().int().min(1_000).max(600_000),
  },
  START_SETTLE_MS: {
    fallback: '40000',
    meaning:
      'How long a request to the Conversations API may still take effect after its answer was lost. Until then what is not found there is looked for again.',
    expected: 'milliseconds from 1000 to 600000',
    schema: z.coerce.number().int().min(1_000).max(600_000),
  },
  CALLBACKS_ALLOW_PRIVATE: {
    fallback: 'true',
    meaning: 'Whether callback URLs may lead to private addresses. Link-local and metadata addresses never may.',
    expected: 'true or false',
    schema: yesNo,
  },
  FIRSTLINE_RETENTION_DAYS: {
    fallback: '30',
    meaning:
      'How long the console keeps starts, with the callbacks and requests that belong to them. Who changed settings and workers is kept for a year, or for as long as this when it is longer.',
    expected: 'days from 1 to 3650',
    schema: z.coerce.number().int().min(1).max(3_650),
  },
  METRICS_TOKEN: {
    fallback: 'only the machine itself, while `PUBLIC_URL` is on it too',
    meaning: 'Who may read `/metrics`: whoever sends this as a bearer token.',
    expected: 'at least 16 characters without spaces',
    schema: z.string().regex(/^\S{16,}$/),
  },
  LOG_LEVEL: {
    fallback: '`warn` on a terminal, else `info`',
    meaning: 'What is logged, as JSON lines on standard error.',
    expected: 'fatal, error, warn, info, debug or silent',
    schema: z.enum(['fatal', 'error', 'warn', 'info', 'debug', 'silent']),
  },
} as const satisfies Record<string, Variable>

type Values = { [Name in keyof typeof variables]?: z.output<(typeof variables)[Name]['schema']> }

/** Everything that is configured, checked. */
export type Configuration = {
  port: number
  host: string
  publicUrl: string
  trustProxy: boolean
  dataDir: string
  postgres?: { url: string; poolSize: number }
  administrator?: { email: string; password: string }
  /** Fixed halves of the embedded engine's account; what is missing is generated and kept. */
  account: { accountSid?: string; authToken?: string }
  /** Webhooks signed with it are accepted besides. */
  previousAuthToken?: string
  senders?: string[]
  samples: boolean
  /** Of the embedded engine, for each conversation and for all that create them; 0: no limit. */
  engineWritesPerSecond: number
  twilio?: { accountSid: string; authToken: string; serviceSid: string; baseUrl: string }
  startLeaseMs?: number
  startSettleMs?: number
  allowPrivateCallbacks: boolean
  retentionDays?: number
  metricsToken?: string
  logLevel: string
}

/** A wrong variable. The message is one line: which, what was expected. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/**
 * Reads and checks the environment. An empty variable is an absent one.
 *
 * @throws {ConfigurationError} that names the first wrong variable and what was expected.
 * @example readConfiguration({ PORT: '8080' }).publicUrl // 'http://localhost:8080'
 */
export function readConfiguration(environment: NodeJS.ProcessEnv): Configuration {
  const values = readValues(environment)
  const listenPort = values.PORT ?? 3000
  const administrator = together(values, ['FIRSTLINE_ADMIN_EMAIL', 'FIRSTLINE_ADMIN_PASSWORD'])
  const twilio = together(values, ['TWILIO_ACCOUNT_SID', 'TWILIO_AUTH_TOKEN', 'TWILIO_CONVERSATIONS_SERVICE_SID'])
  return {
    port: listenPort,
    host: values.HOST ?? '127.0.0.1',
    publicUrl: values.PUBLIC_URL ?? `http://localhost:${listenPort}`,
    trustProxy: values.TRUST_PROXY ?? false,
    dataDir: values.DATA_DIR ?? './data',
    ...(values.DATABASE_URL && { postgres: { url: values.DATABASE_URL, poolSize: values.DATABASE_POOL_SIZE ?? 10 } }),
    ...(administrator && {
      administrator: { email: administrator.FIRSTLINE_ADMIN_EMAIL, password: administrator.FIRSTLINE_ADMIN_PASSWORD },
    }),
    account: {
      ...(values.FIRSTLINE_ACCOUNT_SID && { accountSid: values.FIRSTLINE_ACCOUNT_SID }),
      ...(values.FIRSTLINE_AUTH_TOKEN && { authToken: values.FIRSTLINE_AUTH_TOKEN }),
    },
    ...(values.PREVIOUS_AUTH_TOKEN && { previousAuthToken: values.PREVIOUS_AUTH_TOKEN }),
    ...(values.FIRSTLINE_SENDERS && { senders: values.FIRSTLINE_SENDERS }),
    samples: values.FIRSTLINE_SAMPLES ?? true,
    engineWritesPerSecond: values.FIRSTLINE_ENGINE_WRITES_PER_SECOND ?? 30,
    ...(twilio && {
      twilio: {
        accountSid: twilio.TWILIO_ACCOUNT_SID,
        authToken: twilio.TWILIO_AUTH_TOKEN,
        serviceSid: twilio.TWILIO_CONVERSATIONS_SERVICE_SID,
        baseUrl: values.TWILIO_BASE_URL ?? 'https://conversations.twilio.com',
      },
    }),
    ...(values.START_LEASE_MS && { startLeaseMs: values.START_LEASE_MS }),
    ...(values.START_SETTLE_MS && { startSettleMs: values.START_SETTLE_MS }),
    allowPrivateCallbacks: values.CALLBACKS_ALLOW_PRIVATE ?? true,
    ...(values.FIRSTLINE_RETENTION_DAYS && { retentionDays: values.FIRSTLINE_RETENTION_DAYS }),
    ...(values.METRICS_TOKEN && { metricsToken: values.METRICS_TOKEN }),
    logLevel: values.LOG_LEVEL ?? (process.stderr.isTTY ? 'warn' : 'info'),
  }
}

function readValues(environment: NodeJS.ProcessEnv): Values {
  const values: Record<string, unknown> = {}
  for (const [name, { schema, expected }] of Object.entries(variables)) {
    const given = environment[name]?.trim()
    if (!given) continue
    const result = schema.safeParse(given)
    // The value itself may be a secret: it is not repeated.
    if (!result.success) throw new ConfigurationError(`${name} is wrong: expected ${expected}.`)
    values[name] = result.data
  }
  return values as Values
}

/** All of these variables, or none. */
function together<Name extends keyof Values>(values: Values, names: Name[]): Required<Pick<Values, Name>> | undefined {
  const missing = names.filter((name) => values[name] === undefined)
  if (missing.length === names.length) return undefined
  if (missing.length > 0) {
    const given = names.find((name) => values[name] !== undefined)
    throw new ConfigurationError(`${missing[0]} is missing: it belongs to ${given}. Set both, or neither.`)
  }
  return values as Required<Pick<Values, Name>>
}
