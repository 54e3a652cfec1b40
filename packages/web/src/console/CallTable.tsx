import type { Attempt, AttemptCall } from '@firstline/app/api'
import { isRefused } from './attempt-advice.ts'
import { CopyButton } from './CopyButton.tsx'
import classes from './calls.module.css'
import { statusLine } from './exchange.ts'
import { formatMs, stepLabels } from './waterfall.ts'

/** The requests to the engine in order, with what Twilio's support asks for when one of them went wrong. */
export function CallTable({ attempt, calls }: { attempt: Attempt; calls: AttemptCall[] }) {
  return (
    <table className={classes['calls']} aria-labelledby="calls">
      <thead>
        <tr>
          <th scope="col">Request</th>
          <th scope="col">Answer</th>
          <th scope="col">Request ID</th>
          <th scope="col">Began at</th>
          <th scope="col">Took</th>
        </tr>
      </thead>
      <tbody>
        {calls.map((call, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the same may be asked twice at once, and nothing here moves
          <tr key={index} data-refused={isRefused(call) || undefined}>
            <th scope="row">
              <span className={classes['request']}>
                <b>{call.method}</b> {call.path}
              </span>
              {call.step && (
                <span className={classes['step']}>
                  {stepLabels[call.step]}
                  {call.method === 'DELETE' && ': taken back'}
                </span>
              )}
            </th>
            <td>
              <Answer call={call} />
            </td>
            <td>
              {call.requestId && (
                <span className={classes['id']}>
                  <code>{call.requestId}</code>
                  <CopyButton small text={call.requestId} what={`the request ID ${call.requestId}`} />
                </span>
              )}
            </td>
            <td>+{formatMs(Math.max(0, Date.parse(call.startedAt) - Date.parse(attempt.startedAt)))}</td>
            <td>{formatMs(call.ms)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Answer({ call: { status, code } }: { call: AttemptCall }) {
  if (status === undefined) return <span className={classes['refused']}>No answer</span>
  return (
    <>
      <span className={status >= 400 ? classes['refused'] : undefined}>{statusLine(status)}</span>
      {code !== undefined && (
        <a
          className={classes['code']}
          href={`https://www.twilio.com/docs/api/errors/${code}`}
          target="_blank"
          rel="noopener noreferrer"
        >
          Code {code}
        </a>
      )}
    </>
  )
}
