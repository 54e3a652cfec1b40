import type { CallbackExchange } from '@firstline/app/api'
import type { ReactNode } from 'react'
import { CopyButton } from './CopyButton.tsx'
import classes from './exchange.module.css'
import { decodeForm, formatBytes, showBody, statusLine } from './exchange.ts'
import { TimingBar } from './TimingBar.tsx'
import { VerdictNotice } from './VerdictNotice.tsx'

type ExchangeViewProps = { exchange: CallbackExchange; understood?: unknown; headingLevel: 3 | 4 }

/** One callback as it was on the wire: the verdict first, then the time, the request and the answer. */
export function ExchangeView({ exchange, understood, headingLevel }: ExchangeViewProps) {
  const { request, response, timings } = exchange
  const Heading = headingLevel === 3 ? 'h3' : 'h4'
  return (
    <div className={classes['exchange']}>
      <VerdictNotice exchange={exchange} />
      <TimingBar timings={timings} answered={response !== undefined} />
      {understood !== undefined && understood !== null && (
        <Fold title="What Firstline understood">
          <Code label="What Firstline understood" text={JSON.stringify(understood, null, 2)} />
        </Fold>
      )}

      <section>
        <Heading className={classes['heading']}>Request as sent</Heading>
        <p className={classes['line']}>
          <b>{request.method}</b> {request.url}
        </p>
        <Pairs label="Parameters" pairs={decodeForm(request.body)} />
        <Fold title="Headers">
          <Pairs label="Request headers" pairs={Object.entries(request.headers)} />
        </Fold>
        <Fold title="Body as sent">
          <Code label="Request body" text={request.body} />
        </Fold>
        <Fold title="The same with curl">
          <div className={classes['curl']}>
            <Code label="curl command" text={exchange.curl} />
            <CopyButton text={exchange.curl} what="the curl command" />
          </div>
        </Fold>
      </section>

      <section>
        <Heading className={classes['heading']}>Answer as received</Heading>
        {response ? <Answer response={response} /> : <p className={classes['none']}>No answer came.</p>}
      </section>
    </div>
  )
}

function Answer({ response }: { response: NonNullable<CallbackExchange['response']> }) {
  const body = showBody(response.body)
  const type = Object.entries(response.headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1]
  return (
    <>
      <p className={classes['line']}>
        <b>{statusLine(response.status)}</b>
        <span>{[type ?? 'no content type', formatBytes(response.body)].join(' · ')}</span>
      </p>
      {body.kind === 'empty' ? (
        <p className={classes['none']}>The body is empty.</p>
      ) : (
        <Code label="Response body" text={body.text} />
      )}
      {response.truncated && (
        <p className={classes['cut']}>Cut at 64 kB: Firstline reads no more than that, and this answer went on.</p>
      )}
      <Fold title="Headers">
        <Pairs label="Response headers" pairs={Object.entries(response.headers)} />
      </Fold>
    </>
  )
}

function Fold({ title, children }: { title: string; children: ReactNode }) {
  return (
    <details className={classes['fold']}>
      <summary>{title}</summary>
      {children}
    </details>
  )
}

function Pairs({ label, pairs }: { label: string; pairs: [name: string, value: string][] }) {
  if (pairs.length === 0) return <p className={classes['none']}>None.</p>
  return (
    <table className={classes['pairs']} aria-label={label}>
      <tbody>
        {pairs.map(([name, value], index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a name may come twice, and nothing here moves
          <tr key={index}>
            <th scope="row">{name}</th>
            <td dir="auto">{value === '' ? <i>empty</i> : value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

/** Scrolls on its own, so it must be reachable by keyboard. */
function Code({ label, text }: { label: string; text: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must take the focus
    <section className={classes['code']} aria-label={label} tabIndex={0}>
      <pre>{text}</pre>
    </section>
  )
}
