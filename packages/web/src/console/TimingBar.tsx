import type { CallbackExchange } from '@firstline/app/api'
import classes from './exchange.module.css'
import { timingParts } from './exchange.ts'
import { formatMs } from './waterfall.ts'

/** The time of an exchange: the whole in words, its parts as a bar with a legend that says the same. */
export function TimingBar({ timings, answered }: { timings: CallbackExchange['timings']; answered: boolean }) {
  const parts = timingParts(timings)
  return (
    <div className={classes['timing']}>
      <p>
        {answered ? 'Answered in ' : 'No answer after '}
        <strong>{formatMs(timings.totalMs)}</strong>
        <span className={classes['limit']}> of the 6 s that a callback may take</span>
      </p>
      {parts.length > 0 && (
        <>
          <div className={classes['timingBar']} aria-hidden>
            {parts.map((part) => (
              <span key={part.label} data-part={part.kind} style={{ flexGrow: Math.max(part.share, 0.01) }} />
            ))}
          </div>
          <ul className={classes['legend']}>
            {parts.map((part) => (
              <li key={part.label}>
                <span className={classes['dot']} data-part={part.kind} aria-hidden />
                {part.label} <strong>{formatMs(part.ms)}</strong>
              </li>
            ))}
          </ul>
        </>
      )}
    </div>
  )
}
