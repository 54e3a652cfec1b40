/**
 * The long versions of what the resilience tests show in short, each with its table: `npm run proof -- kill`.
 * PostgreSQL is started for it and named in `TEST_POSTGRES_URL`.
 */
import { startPostgres } from '../../scripts/postgres.ts'

/** Each prints its table, and tells whether it holds. */
const proofs: Record<string, (args: string[]) => Promise<boolean>> = {
  kill: async (args) => (await import('./kill/proof.ts')).proveKill(args),
  load: async (args) => (await import('./load/proof.ts')).proveLoad(args),
  faults: async (args) => (await import('./faults/proof.ts')).proveFaults(args),
  nodes: async (args) => (await import('./nodes/proof.ts')).proveNodes(args),
}

const [name = '', ...args] = process.argv.slice(2)
const prove = proofs[name]
if (!prove) {
  console.error(`npm run proof -- ${Object.keys(proofs).join('|')}`)
  process.exit(1)
}
const postgres = await startPostgres()
process.env['TEST_POSTGRES_URL'] = postgres.url
try {
  process.exitCode = (await prove(args)) ? 0 : 1
} finally {
  await postgres.stop()
}
