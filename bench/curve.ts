import { median } from './numbers.ts'

const width = 72
const height = 8

/** Draws values over time with letters, from zero on: each column is the median of its share of them. */
export function curve(values: readonly number[]): string {
  const columns = Array.from(
    { length: Math.min(width, values.length) },
    (_, column, of = Math.min(width, values.length)) =>
      median(values.slice(Math.floor((column * values.length) / of), Math.floor(((column + 1) * values.length) / of))),
  )
  const top = Math.max(...columns)
  const label = (value: number) => value.toFixed(0).padStart(6)
  const lines = Array.from({ length: height }, (_, row) => {
    const level = height - row
    const dots = columns.map((value) => (Math.max(1, Math.round((value / top) * height)) === level ? '*' : ' '))
    return `${label((top * level) / height)} |${dots.join('')}`.trimEnd()
  })
  return [...lines, `${label(0)} +${'-'.repeat(columns.length)}`].join('\n')
}
