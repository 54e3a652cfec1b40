/**
 * Runs a suite of node:test files with a PostgreSQL of its own beside it: `node scripts/test.ts unit`.
 * Further arguments replace the suite's files: `node scripts/test.ts unit packages/app/src/outgoing/*.test.ts`.
 */
import { spawn } from 'node:child_process'
import { globSync } from 'node:fs'
import { availableParallelism } from 'node:os'
import { startPostgres } from './postgres.ts'

const suites: Record<string, string> = {
  unit: '{packages/*/src,scripts}/**/*.test.ts',
  conformance: 'tests/conformance/**/*.test.ts',
  resilience: 'tests/resilience/**/*.test.ts',
}

const [suite = 'unit', ...named] = process.argv.slice(2)
const pattern = suites[suite]
const files = named.length > 0 ? named : pattern ? globSync(pattern) : []
// `node --test` without a file to run is green.
if (files.length === 0) {
  console.error(`no test files: the suites are ${Object.keys(suites).join(', ')}`)
  process.exit(1)
}

/** Two more than node:test's own choice: tests wait for disks and timers half of the time. */
const filesAtOnce = availableParallelism() + 1

const postgres = await startPostgres()
const options = ['--test', `--test-concurrency=${filesAtOnce}`, '--test-timeout=120000']
const tests = spawn(process.execPath, [...options, ...files], {
  stdio: 'inherit',
  // Reading the code is much of what a test file takes, and most of it is the same for all.
  env: { ...process.env, TEST_POSTGRES_URL: postgres.url, NODE_COMPILE_CACHE: 'node_modules/.cache/compiled' },
})
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => tests.kill(signal))
tests.on('exit', async (code) => {
  await postgres.stop()
  process.exit(code ?? 1)
})
