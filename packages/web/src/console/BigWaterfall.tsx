import { noteWords } from './note-words.ts'
import classes from './waterfall.module.css'
import { formatMs, type Waterfall } from './waterfall.ts'

/** The steps with names and times: a table, so that it can also be read or heard; the drawing is one of its columns. */
export function BigWaterfall({ waterfall }: { waterfall: Waterfall }) {
  return (
    <table className={classes['big']}>
      <caption>The steps of the start, and when each ran</caption>
      <thead>
        <tr>
          <th scope="col">Step</th>
          <td aria-hidden className={classes['scale']}>
            <div>
              {waterfall.ticks.map((tick) => (
                <span key={tick.ms} style={{ left: `${tick.left * 100}%` }}>
                  {formatMs(tick.ms)}
                </span>
              ))}
            </div>
          </td>
          <th scope="col">Began at</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {waterfall.bars.map((bar) => (
          <tr key={bar.name} data-outcome={bar.look}>
            <th scope="row">
              {bar.label}
              <span className={classes['outcome']} data-outcome={bar.look}>
                {bar.words}
              </span>
              {bar.detail && <span className={classes['detail']}>{noteWords(bar.detail)}</span>}
            </th>
            <td aria-hidden className={classes['track']}>
              <div>
                {waterfall.ticks.map((tick) => (
                  <i key={tick.ms} style={{ left: `${tick.left * 100}%` }} />
                ))}
                {bar.offsetMs !== undefined && (
                  <span
                    className={classes['bar']}
                    data-outcome={bar.look}
                    style={{ left: `${bar.left * 100}%`, width: `${bar.width * 100}%` }}
                  />
                )}
              </div>
            </td>
            <td>{bar.offsetMs !== undefined && `+${formatMs(bar.offsetMs)}`}</td>
            <td>
              {bar.ms !== undefined && (
                <>
                  <span className={classes['onPhone']}>took </span>
                  {formatMs(bar.ms)}
                </>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
