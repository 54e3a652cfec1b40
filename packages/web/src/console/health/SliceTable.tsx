import type { Span } from '../filters/callback-filter.ts'
import { formatMs } from '../waterfall.ts'
import classes from './health.module.css'
import { type Slice, sliceTime } from './health-words.ts'

/** What the drawing shows, in numbers; slices without a call are left out. */
export function SliceTable({ name, slices, span }: { name: string; slices: Slice[]; span: Span }) {
  return (
    <details className={classes['fold']}>
      <summary>
        As a table<span className={classes['forEars']}>: {name}</span>
      </summary>
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">Calls</th>
            <th scope="col">Failed</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
          </tr>
        </thead>
        <tbody>
          {slices
            .filter(({ total }) => total > 0)
            .map(({ from, total, failed, p50, p95 }) => (
              <tr key={from}>
                <th scope="row">{sliceTime(from, span)}</th>
                <td>{total}</td>
                <td>{failed}</td>
                <td>{p50 === undefined ? '–' : formatMs(p50)}</td>
                <td>{p95 === undefined ? '–' : formatMs(p95)}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </details>
  )
}
