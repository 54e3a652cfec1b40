import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chownSync, existsSync, globSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { promisify } from 'node:util'
import { freePort } from '../../scripts/postgres.ts'

const needed = ['initdb', 'postgres', 'pg_dump', 'pg_restore', 'psql']
/** PostgreSQL does not run as root. */
const nobody = 65_534
const startWithinMs = 20_000

/** Where a PostgreSQL is installed with all its tools, which the one from npm comes without. */
export function findPostgresTools(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...globSync('/usr/lib/postgresql/*/bin')]
  return folders.find((folder) => needed.every((tool) => existsSync(join(folder, tool))))
}

export type InstalledPostgres = {
  /** The URL of a database of this name. */
  url(name: string): string
  /** Runs one of the tools. @throws with what it said, when it fails. */
  run(tool: string, ...args: string[]): Promise<void>
  stop(): Promise<void>
}

/** Starts a throw-away server of the installed PostgreSQL. */
export async function startInstalledPostgres(tools: string): Promise<InstalledPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'firstline-postgres-'))
  const user = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : {}
  if ('uid' in user) chownSync(folder, nobody, nobody)
  const port = await freePort()
  const data = join(folder, 'data')
  const execute = promisify(execFile)
  const initialise = ['--pgdata', data, '--username', 'postgres', '--auth', 'trust', '--no-sync', '--encoding', 'UTF8']
  await execute(join(tools, 'initdb'), initialise, { ...user, cwd: folder })
  const settings = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off']
  const server = spawn(
    join(tools, 'postgres'),
    ['-D', data, '-p', String(port), ...settings.flatMap((setting) => ['-c', setting])],
    { ...user, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  let log = ''
  server.stderr.setEncoding('utf8').on('data', (text) => (log += text))
  const signal = AbortSignal.timeout(startWithinMs)
  while (!log.includes('ready to accept connections')) {
    if (server.exitCode !== null || signal.aborted) throw new Error(`PostgreSQL did not start:\n${log}`)
    await Promise.race([once(server.stderr, 'data', { signal }), once(server, 'exit', { signal })]).catch(() => {})
  }
  return {
    url: (name) => `postgres://postgres@127.0.0.1:${port}/${name}`,
    async run(tool, ...args) {
      await execute(join(tools, tool), args)
    },
    async stop() {
      server.kill('SIGINT')
      await once(server, 'exit')
      await rm(folder, { recursive: true, force: true })
    },
  }
}
