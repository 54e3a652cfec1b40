import type { CallbackExchange, CallbackOutcome } from '@firstline/app/api'
import {
  IconAlertTriangle,
  IconChevronRight,
  IconCircleCheck,
  IconCircleMinus,
  IconCircleX,
  IconHandStop,
} from '@tabler/icons-react'
import { useState } from 'react'
import classes from './AttemptPage.module.css'
import { ExchangeActions } from './ExchangeActions.tsx'
import { ExchangeView } from './ExchangeView.tsx'
import { statusLine } from './exchange.ts'
import { momentOf } from './moment.ts'
import { formatMs } from './waterfall.ts'

const marks: Record<CallbackOutcome, { Icon: typeof IconCircleX; tone: string; words: string }> = {
  ok: { Icon: IconCircleCheck, tone: 'good', words: 'right' },
  warned: { Icon: IconAlertTriangle, tone: 'warn', words: 'usable, with warnings' },
  refused: { Icon: IconHandStop, tone: 'still', words: 'refused' },
  givenUp: { Icon: IconCircleMinus, tone: 'still', words: 'given up' },
  failed: { Icon: IconCircleX, tone: 'bad', words: 'failed' },
}

type ExchangeFoldProps = {
  exchange: CallbackExchange
  open: boolean
  /** Where the start that it belongs to is not what one is looking at. */
  linksToStart?: boolean
  /** Instead of the time, where that says more. */
  when?: string | undefined
}
/** An exchange as one line that opens; what is inside is only drawn once it was opened. */
export function ExchangeFold({ exchange, open, linksToStart = false, when }: ExchangeFoldProps) {
  const [shown, setShown] = useState(open)
  const { outcome, verdict, response } = exchange
  const { Icon, tone, words } = marks[outcome]
  return (
    <details className={classes['exchange']} open={shown} onToggle={(event) => setShown(event.currentTarget.open)}>
      <summary>
        <IconChevronRight size={17} className={classes['chevron']} aria-hidden />
        <span data-tone={tone} className={classes['mark']}>
          <Icon size={19} role="img" aria-label={words} />
        </span>
        <h3>{exchange.location}</h3>
        <span className={classes['exchangeFacts']}>
          <bdi>{exchange.worker}</bdi> · {response ? statusLine(response.status) : 'no answer'} ·{' '}
          {formatMs(exchange.timings.totalMs)} · {when ?? momentOf(exchange.at)}
          {outcome === 'failed' && !verdict.ok && ` · ${verdict.code} ${verdict.title}`}
          {(outcome === 'refused' || outcome === 'givenUp') && ` · ${words}`}
        </span>
      </summary>
      {shown && (
        <div className={classes['exchangeBody']}>
          <ExchangeActions exchange={exchange} linksToStart={linksToStart} />
          <ExchangeView exchange={exchange} headingLevel={4} />
        </div>
      )}
    </details>
  )
}
