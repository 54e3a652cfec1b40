/** What a benchmark has to say: text for people, and ratios that hold or do not. */
export type Ratio = {
  readonly what: string
  readonly measured: number
  readonly atMost: number
}

export const holds = ({ measured, atMost }: Ratio) => measured <= atMost

/** Columns beside each other: the first to the left, the others to the right. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const all = [head, ...rows]
  const widths = head.map((_, column) => Math.max(...all.map((row) => row[column]?.length ?? 0)))
  const line = (row: readonly string[]) =>
    widths
      .map((width, column) => (column === 0 ? (row[column] ?? '').padEnd(width) : (row[column] ?? '').padStart(width)))
      .join('   ')
      .trimEnd()
  return [line(head), widths.map((width) => '-'.repeat(width)).join('   '), ...rows.map(line)].join('\n')
}

export function say(text = ''): void {
  process.stdout.write(`${text}\n`)
}

export function verdicts(ratios: readonly Ratio[]): string {
  const rows = ratios.map((ratio) => [
    ratio.what,
    ratio.measured.toFixed(3),
    ratio.atMost.toFixed(2),
    holds(ratio) ? 'passed' : 'FAILED',
  ])
  return table(['ratio', 'measured', 'at most', ''], rows)
}
