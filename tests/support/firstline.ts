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
  /** Sends SIGTERM. @returns the exit code. */
  stop(): Promise<number | null>
}

const main = fileURLToPath(new URL('../../packages/firstline/src/main.ts', import.meta.url))
const startWithinMs = 30_000

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
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', (text) => (output += text))
  await said(child, () => output)
  return {
    url: `http://localhost:${port}`,
    dataDir,
    printed: () => output,
    async stop() {
      if (child.exitCode === null) {
        child.kill('SIGTERM')
        await once(child, 'exit')
      }
      if (!environment['DATA_DIR']) await rm(dataDir, { recursive: true, force: true })
      return child.exitCode
    },
  }
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
