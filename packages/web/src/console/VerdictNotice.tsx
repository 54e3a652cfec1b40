import type { CallbackExchange, Verdict } from '@firstline/app/api'
import { IconAlertTriangle, IconCircleCheck, IconCircleMinus, IconCircleX, IconHandStop } from '@tabler/icons-react'
import type { ReactNode } from 'react'
import classes from './exchange.module.css'

/** What Firstline made of an answer: said first, before anybody has to read headers. */
export function VerdictNotice({ exchange }: { exchange: CallbackExchange }) {
  const { outcome, verdict, warnings, response } = exchange
  switch (outcome) {
    case 'ok':
      return (
        <Notice tone="good" Icon={IconCircleCheck} title="The answer is right">
          <p>It came in time, has the documented shape and can be used as it is.</p>
        </Notice>
      )
    case 'warned':
      return (
        <Notice tone="warn" Icon={IconAlertTriangle} title="The answer can be used, but something is off">
          <Warnings warnings={warnings} />
        </Notice>
      )
    case 'refused':
      return (
        <Notice tone="still" Icon={IconHandStop} title="The service said no">
          <p>Status {response?.status} is an answer that the contract provides for: the callback itself works.</p>
          {!verdict.ok && <Reasons verdict={verdict} />}
        </Notice>
      )
    case 'givenUp':
      return (
        <Notice tone="still" Icon={IconCircleMinus} title="Given up">
          {!verdict.ok && <Reasons verdict={verdict} />}
        </Notice>
      )
    case 'failed':
      return (
        <Notice tone="bad" Icon={IconCircleX} title={verdict.ok ? 'Failed' : `${verdict.code} · ${verdict.title}`}>
          {!verdict.ok && <Reasons verdict={verdict} />}
          {warnings.length > 0 && <Warnings warnings={warnings} />}
        </Notice>
      )
  }
}

type NoticeProps = { tone: string; Icon: typeof IconCircleX; title: string; children: ReactNode }
function Notice({ tone, Icon, title, children }: NoticeProps) {
  return (
    <div className={classes['verdict']} data-tone={tone}>
      <Icon size={22} aria-hidden />
      <div>
        <strong>{title}</strong>
        {children}
      </div>
    </div>
  )
}

function Reasons({ verdict }: { verdict: Extract<Verdict, { ok: false }> }) {
  return (
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
