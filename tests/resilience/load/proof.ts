import { startCluster } from '../nodes/cluster.ts'
import { type Load, putLoadOn, summarise } from './load.ts'

const full: Load = { starts: 1_000, workers: 20, pairs: 300 }
const places = [
  { where: 'one node, SQLite', kind: 'sqlite', nodes: 1 },
  { where: 'three nodes, PostgreSQL', kind: 'postgres', nodes: 3 },
] as const

/** A thousand starts in the same moment: `npm run proof -- load [sqlite|postgres]`. */
export async function proveLoad([only]: string[]): Promise<boolean> {
  const table: Record<string, ReturnType<typeof summarise>> = {}
  const wrong: string[] = []
  for (const { where, kind, nodes } of places) {
    if (only && only !== kind) continue
    const cluster = await startCluster(nodes, {}, { kind })
    try {
      const outcome = await putLoadOn(cluster, full)
      table[where] = summarise(outcome)
      wrong.push(...outcome.wrong.map((what) => `${where}: ${what}`))
    } finally {
      await cluster.close()
    }
  }
  console.table(table)
  for (const what of wrong) console.log(what)
  return wrong.length === 0
}
