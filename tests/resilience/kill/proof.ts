/** `npm run proof -- kill [RUNS] [sqlite|postgres]`: every point five times on both databases, and the table of it. */
import type { DatabaseKind } from '../place.ts'
import { type Arrangement, faultsOf, type Outcome, sweep } from './sweep.ts'

const arrangements: readonly Arrangement[] = [
  'the app is killed',
  'the engine is killed',
  'app and engine are killed as one process',
]

export async function proveKill([runs = '5', only, part]: string[]): Promise<boolean> {
  const kinds = (['sqlite', 'postgres'] as const).filter((kind) => !only || kind === only)
  const faults: string[] = []
  for (const arrangement of arrangements.filter((each) => !part || each.includes(part))) {
    const outcomes = await Promise.all(kinds.map((kind) => sweep(arrangement, kind, Number(runs))))
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
