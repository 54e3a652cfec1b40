import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { freePort } from '../../scripts/postgres.ts'

/** A Firstline of one's own: a process on a fresh data folder. */
export type FirstlineProcess = {
  url: string
  dataDir: string
  /** Everything it has printed for people so far. */
  printed(): string
  /** Resolves when the process has ended, however it did. */
  ended: Promise<void>
  /** Sends SIGKILL, and waits until the process has ended. The data folder stays. */
  kill(): Promise<void>
  /** Sends SIGTERM, and removes the folder if it was made for this process. @returns the exit code. */
  stop(): Promise<number | null>
}

const main = fileURLToPath(new URL('../../packages/firstline/src/main.ts', import.meta.url))
const startWithinMs = 60_000
const commandWithinMs = 60_000

/**
 * Starts `firstline start` and waits until it says where it is.
 *
 * @param environment variables on top of a fresh folder and a free port.
 * @throws when it ends or is silent instead; the message holds what it printed.
 */
export async function startFirstline(environment: NodeJS.ProcessEnv = {}): Promise<FirstlineProcess> {
  const dataDir = environment['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'firstline-e2e-')))
  const port = environment['PORT'] ?? String(await freePort())
  const child = spawn(process.execPath, [main, 'start'], {
    env: { ...process.env, PORT: port, DATA_DIR: dataDir, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = once(child, 'exit').then(() => {})
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  await said(child, () => output)
  return {
    url: `http://localhost:${port}`,
    dataDir,
    printed: () => output,
    ended,
    async kill() {
      child.kill('SIGKILL')
      await ended
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
      if (!environment['DATA_DIR']) await rm(dataDir, { recursive: true, force: true })
      return child.exitCode
    },
  }
}

/** Runs one command of `firstline` to its end. @returns its exit code, and all that it printed. */
export async function runFirstline(
  args: string[],
  environment: NodeJS.ProcessEnv,
): Promise<{ code: number | null; printed: string }> {
  const child = spawn(process.execPath, [main, ...args], {
    env: { ...process.env, LOG_LEVEL: 'warn', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: commandWithinMs,
    killSignal: 'SIGKILL',
  })
  let printed = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (printed += text))
  await once(child, 'close')
  return { code: child.exitCode, printed }
}

async function said(child: ChildProcess, output: () => string): Promise<void> {
  const signal = AbortSignal.timeout(startWithinMs)
  while (!/Firstline is at \S+\n/.test(output()) || !output().endsWith('\n\n')) {
    if (child.exitCode !== null || signal.aborted) {
      child.kill('SIGKILL')
      throw new Error(`Firstline did not start:\n${output()}`)
    }
    await Promise.race([
      once(child.stdout as NodeJS.ReadableStream, 'data', { signal }),
      once(child, 'exit', { signal }),
    ]).catch(() => {})
  }
}
