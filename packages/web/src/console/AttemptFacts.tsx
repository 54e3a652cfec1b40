import type { Attempt } from '@firstline/app/api'
import { channelName } from '../shared/format.ts'
import { formatAddress } from '../shared/phone.ts'
import classes from './AttemptPage.module.css'
import { CopyButton } from './CopyButton.tsx'

type Fact = { name: string; value: string | undefined; copy?: string }

/** Who, whom, on what, and the ids by which it is found elsewhere. */
export function AttemptFacts({ attempt }: { attempt: Attempt }) {
  const { worker, workerName, customer, channel, proxyAddress, conversationSid, attemptId } = attempt
  const facts: Fact[] = [
    { name: 'Worker', value: `${workerName} (${worker})` },
    { name: 'Customer', value: `${customer.displayName} (ID ${customer.customerId})` },
    { name: 'Channel', value: `${channelName(channel.type)}, ${formatAddress(channel.value)}` },
    { name: 'Business number', value: proxyAddress ? formatAddress(proxyAddress) : undefined },
    {
      name: attempt.state === 'failed' ? 'Conversation, not kept' : 'Conversation',
      value: conversationSid,
      copy: 'the conversation’s SID',
    },
    { name: 'Attempt', value: attemptId, copy: 'the attempt’s ID' },
  ]
  return (
    <dl className={classes['facts']}>
      {facts.map(({ name, value, copy }) =>
        value === undefined ? null : (
          <div key={name}>
            <dt>{name}</dt>
            <dd>
              <span dir="auto">{value}</span>
              {copy && <CopyButton small text={value} what={copy} />}
            </dd>
          </div>
        ),
      )}
    </dl>
  )
}
