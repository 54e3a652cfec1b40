import type { CallbackExchange } from '@firstline/app/api'
import { IconAlertTriangle, IconChevronRight, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import classes from './AttemptPage.module.css'
import { ExchangeView } from './ExchangeView.tsx'
import { statusLine } from './exchange.ts'
import { momentOf } from './moment.ts'
import { formatMs } from './waterfall.ts'

/** An exchange as one line that opens. */
export function ExchangeFold({ exchange, open }: { exchange: CallbackExchange; open: boolean }) {
  const { verdict, warnings, response } = exchange
  const [Icon, tone, words] = !verdict.ok
    ? ([IconCircleX, 'bad', 'failed'] as const)
    : warnings.length > 0
      ? ([IconAlertTriangle, 'warn', 'usable, with warnings'] as const)
      : ([IconCircleCheck, 'good', 'right'] as const)
  return (
    <details className={classes['exchange']} open={open}>
      <summary>
        <IconChevronRight size={17} className={classes['chevron']} aria-hidden />
        <span data-tone={tone} className={classes['mark']}>
          <Icon size={19} role="img" aria-label={words} />
        </span>
        <h3>{exchange.location}</h3>
        <span className={classes['exchangeFacts']}>
          {response ? statusLine(response.status) : 'no answer'} · {formatMs(exchange.timings.totalMs)} ·{' '}
          {momentOf(exchange.at)}
        </span>
      </summary>
      <div className={classes['exchangeBody']}>
        <ExchangeView exchange={exchange} headingLevel={4} />
      </div>
    </details>
  )
}
