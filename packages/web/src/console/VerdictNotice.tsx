import type { Verdict } from '@firstline/app/api'
import { IconAlertTriangle, IconCircleCheck, IconCircleX } from '@tabler/icons-react'
import classes from './exchange.module.css'

/** What Firstline made of an answer: said first, before anybody has to read headers. */
export function VerdictNotice({ verdict, warnings }: { verdict: Verdict; warnings: string[] }) {
  if (verdict.ok && warnings.length === 0) {
    return (
      <div className={classes['verdict']} data-tone="good">
        <IconCircleCheck size={22} aria-hidden />
        <div>
          <strong>The answer is right</strong>
          <p>It came in time, has the documented shape and can be used as it is.</p>
        </div>
      </div>
    )
  }
  if (verdict.ok) {
    return (
      <div className={classes['verdict']} data-tone="warn">
        <IconAlertTriangle size={22} aria-hidden />
        <div>
          <strong>The answer can be used, but something is off</strong>
          <Warnings warnings={warnings} />
        </div>
      </div>
    )
  }
  return (
    <div className={classes['verdict']} data-tone="bad">
      <IconCircleX size={22} aria-hidden />
      <div>
        <strong>
          {verdict.code} · {verdict.title}
        </strong>
        <dl className={classes['why']}>
          {verdict.detail && (
            <>
              <dt>Seen</dt>
              <dd>{verdict.detail}</dd>
            </>
          )}
          <dt>Cause</dt>
          <dd>{verdict.cause}</dd>
          <dt>Remedy</dt>
          <dd>{verdict.remedy}</dd>
        </dl>
        {warnings.length > 0 && <Warnings warnings={warnings} />}
      </div>
    </div>
  )
}

function Warnings({ warnings }: { warnings: string[] }) {
  return (
    <ul className={classes['warnings']}>
      {warnings.map((warning) => (
        <li key={warning}>{warning}</li>
      ))}
    </ul>
  )
}
