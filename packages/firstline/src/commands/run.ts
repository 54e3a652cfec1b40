import { DatabaseUnavailableError } from '@firstline/database'
import { type Configuration, ConfigurationError, readConfiguration } from '../configuration.ts'
import { adminLink, token } from './account.ts'
import { backup } from './backup.ts'
import { check } from './check.ts'
import { probe } from './probe.ts'
import { OperatorError, say } from './say.ts'
import { start } from './start.ts'

type Command = { meaning: string; run: (configuration: Configuration, args: string[]) => Promise<void> }

const commands: Record<string, Command> = {
  start: { meaning: 'serve the app', run: start },
  token: { meaning: 'print the account SID and the auth token that sign callbacks', run: token },
  'admin-link': { meaning: 'print a new set-up link for an administrator', run: adminLink },
  backup: { meaning: 'copy the SQLite files into a folder, while the server runs', run: backup },
  check: { meaning: 'compare the data with the engine and say what is wrong; --mend mends it', run: check },
  probe: { meaning: 'ask a callback URL for a proxy address, and show request, answer and verdict', run: probe },
}

/** Runs the command named by the arguments. What went wrong is one line, and exit code 1. */
export async function run(args: string[], environment: NodeJS.ProcessEnv): Promise<void> {
  const [name = 'help', ...rest] = args
  const command = commands[name]
  if (!command) {
    say('firstline <command>\n')
    for (const [known, { meaning }] of Object.entries(commands)) say(`  ${known.padEnd(12)} ${meaning}`)
    process.exitCode = name === 'help' ? 0 : 1
    return
  }
  try {
    await command.run(readConfiguration(environment), rest)
  } catch (error) {
    process.stderr.write(`${explain(error)}\n`)
    process.exit(1)
  }
}

/** One line that names what is wrong and the remedy. */
export function explain(error: unknown): string {
  if (error instanceof ConfigurationError || error instanceof OperatorError) return error.message
  if (error instanceof DatabaseUnavailableError) return explainDatabase(error)
  const { code, message, port, path } = error as NodeJS.ErrnoException & { port?: number }
  if (code === 'EADDRINUSE') return `Port ${port} is taken: stop the program that uses it, or set PORT to another one.`
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND') return `HOST is wrong: this machine has no such address.`
  if (code === 'EACCES' && port !== undefined) return `Port ${port} needs more rights: set PORT to one above 1023.`
  if (code === 'EACCES' || code === 'ENOENT' || code === 'EROFS' || code === 'EPERM' || code === 'ENOTDIR') {
    return `The data folder cannot be written (${path}): set DATA_DIR to a folder that can.`
  }
  if (code === 'ERR_SQLITE_ERROR')
    return `The data folder cannot be used (${message}): set DATA_DIR to a folder that can be written.`
  // insufficient_privilege
  if (code === '42501')
    return `PostgreSQL refuses (${message}): grant the user CREATE on the database, each room makes a schema in it.`
  return `Firstline could not start: ${message}`
}

/** By the server's own codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const databaseRefusals: Record<string, string> = {
  '28P01': 'PostgreSQL refuses the password: correct the one in DATABASE_URL.',
  '28000': 'PostgreSQL refuses the user: correct the one in DATABASE_URL, or let it in from this machine.',
  '3D000': 'PostgreSQL has no such database: create it, or correct its name in DATABASE_URL.',
  '53300': 'PostgreSQL takes no more connections: raise its max_connections, or lower DATABASE_POOL_SIZE.',
  '57P03': 'PostgreSQL is starting: try again in a moment.',
  ENOTFOUND: 'PostgreSQL is not found: the host in DATABASE_URL is unknown.',
}

function explainDatabase({ cause }: DatabaseUnavailableError): string {
  const { code = '', message } = cause as NodeJS.ErrnoException
  return (
    databaseRefusals[code] ??
    `PostgreSQL does not answer at DATABASE_URL (${message}): start it, or set DATABASE_URL to where it is.`
  )
}
