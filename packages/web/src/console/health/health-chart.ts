import type { Slice } from './health-words.ts'

/** A column of a drawing that is 100 wide and 100 high; `low` stands at the bottom, `high` upon it. */
export type Column = { x: number; width: number; low: number; high: number }
export type Drawing = { columns: Column[]; most: number }

/** What is there must be seen, however small its share: this high at least. */
const leastHeight = 4
/** The part of its place that a column leaves free. */
const gap = 0.22

/** The calls of each slice: those that failed at the bottom, the others upon them. `most`: of any slice. */
export function callsDrawing(slices: readonly Slice[]): Drawing {
  return drawing(slices.map(({ total, failed }) => ({ low: failed, high: total - failed })))
}

/** The time of each slice in milliseconds: up to p50 at the bottom, from there to p95 upon it. */
export function timesDrawing(slices: readonly Slice[]): Drawing {
  return drawing(slices.map(({ p50 = 0, p95 = p50 }) => ({ low: p50, high: Math.max(0, p95 - p50) })))
}

function drawing(values: readonly { low: number; high: number }[]): Drawing {
  const most = Math.max(0, ...values.map(({ low, high }) => low + high))
  const place = 100 / Math.max(1, values.length)
  const width = place * (1 - gap)
  const columns = values.map(({ low, high }, index) => {
    const lowHeight = heightOf(low, most)
    return {
      x: index * place + (place - width) / 2,
      width,
      low: lowHeight,
      high: Math.min(heightOf(high, most), 100 - lowHeight),
    }
  })
  return { columns, most }
}

function heightOf(value: number, most: number): number {
  return value === 0 ? 0 : Math.max(leastHeight, (value / most) * 100)
}
