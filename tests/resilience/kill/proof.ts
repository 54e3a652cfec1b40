/**
 * `npm run proof -- kill`: every point five times on both databases, and the table of it.
 * `--runs 1`, `--database sqlite` and `--killed engine` make it shorter.
 */
import { parseArgs } from 'node:util'
import type { DatabaseKind } from '../../support/place.ts'
import { type Arrangement, arrangements, faultsOf, type Outcome, sweep } from './sweep.ts'

export async function proveKill(args: string[]): Promise<boolean> {
  const text = { type: 'string' } as const
  const { values } = parseArgs({ args, options: { runs: text, database: text, killed: text } })
  const { runs = '5', database = '', killed = '' } = values
  const kinds = (['sqlite', 'postgres'] as const).filter((kind) => kind.startsWith(database))
  const faults: string[] = []
  for (const arrangement of arrangements.filter((each) => each.includes(killed))) {
    const outcomes = await Promise.all(kinds.map((kind) => sweep(arrangement, kind, { runs: Number(runs), every: 1 })))
    printTable(arrangement, outcomes)
    faults.push(...outcomes.flatMap(faultsOf))
  }
  for (const fault of faults) console.log(fault)
  console.log(faults.length === 0 ? 'Nothing is left over, unfinished or unclear.' : `${faults.length} faults.`)
  return faults.length === 0
}

export function printTable(arrangement: Arrangement, outcomes: readonly Outcome[]): void {
  const titles = outcomes.map(({ kind }) => `${names[kind]}: runs, left over, unfinished, the key's answers`)
  console.log(`\n| When ${arrangement} | ${titles.join(' | ')} |\n|---|${titles.map(() => '---|').join('')}`)
  const points = new Set(outcomes.flatMap(({ verdicts }) => verdicts.map(({ broken }) => broken.name)))
  for (const point of points)
    console.log(`| ${point} | ${outcomes.map((outcome) => cell(outcome, point)).join(' | ')} |`)
  console.log(`| of no start | ${outcomes.map(({ orphans }) => `${orphans.length} left over`).join(' | ')} |`)
  const checks = outcomes.map(({ check }) => (check.code === 0 ? 'clean' : `exit code ${check.code}`))
  console.log(`| \`firstline check\` | ${checks.join(' | ')} |`)
}

const names: Record<DatabaseKind, string> = { sqlite: 'SQLite', postgres: 'PostgreSQL' }

function cell({ verdicts }: Outcome, point: string): string {
  const here = verdicts.filter(({ broken }) => broken.name === point)
  const leftOver = here.reduce((sum, verdict) => sum + verdict.leftOver.length, 0)
  const unfinished = here.filter((verdict) => verdict.unfinished).length
  const answers = Map.groupBy(
    here,
    ({ answer }) => `${answer?.status ?? 'none'}${answer?.body.code ? ` ${answer.body.code}` : ''}`,
  )
  const said = [...answers].map(([answer, { length }]) => `${length} × ${answer}`).join(', ')
  return `${here.length}, ${leftOver}, ${unfinished}, ${said}`
}
