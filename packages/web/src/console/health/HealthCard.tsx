import type { Callback } from '../callbacks.ts'
import type { CallbackFilter, Span } from '../filters/callback-filter.ts'
import { formatMs } from '../waterfall.ts'
import { HealthChart } from './HealthChart.tsx'
import classes from './health.module.css'
import { failureRate, type Health, lastSpan } from './health-words.ts'
import { SliceTable } from './SliceTable.tsx'

type HealthCardProps = {
  callback: Callback
  health: Health
  span: Span
  onFilter: (filter: CallbackFilter) => void
}

/** One callback: the numbers first, then the drawing, then the drawing as a table. */
export function HealthCard({ callback, health, span, onFilter }: HealthCardProps) {
  const { total, failed, p50, p95 } = health
  const [only, ...others] = callback.locations
  const location = only && others.length === 0 ? { location: only.location } : {}
  return (
    <section className={classes['card']} aria-label={callback.short}>
      <h3>{callback.short}</h3>
      {total === 0 ? (
        <p className={classes['none']}>Not called in {lastSpan[span]}.</p>
      ) : (
        <>
          <dl className={classes['numbers']}>
            <div data-bad={failed > 0 || undefined}>
              <dt>Failed</dt>
              <dd>{failureRate(failed, total)}</dd>
            </div>
            <div>
              <dt>
                <abbr title="Half of the calls took at most this long">p50</abbr>
              </dt>
              <dd>{p50 === undefined ? '–' : formatMs(p50)}</dd>
            </div>
            <div>
              <dt>
                <abbr title="95 of 100 calls took at most this long">p95</abbr>
              </dt>
              <dd>{p95 === undefined ? '–' : formatMs(p95)}</dd>
            </div>
          </dl>
          <p className={classes['counts']}>
            {failed === 0 ? `None of ${total}` : `${failed} of ${total}`} {total === 1 ? 'call' : 'calls'} failed
            {failed > 0 && (
              <button type="button" onClick={() => onFilter({ verdict: 'failed', ...location })}>
                Show failures
              </button>
            )}
          </p>
          <HealthChart name={callback.short} health={health} span={span} />
          <SliceTable name={callback.short} slices={health.slices} span={span} />
        </>
      )}
    </section>
  )
}
