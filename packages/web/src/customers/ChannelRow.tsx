import type { ChannelType, CustomerChannel, CustomerSummary, StartRequest } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { IconMessagePlus } from '@tabler/icons-react'
import { isFinal, isSameStart } from '../outgoing/start.ts'
import { beginStart, useStarts } from '../outgoing/starts.ts'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName } from '../shared/format.ts'
import { useAddressFormat } from '../shared/use-address-format.ts'
import classes from './CustomerPage.module.css'

/** One way to reach the customer, with the button that starts a conversation on it. */
export function ChannelRow({ customer, channel }: { customer: CustomerSummary; channel: CustomerChannel }) {
  const formatAddress = useAddressFormat()
  const { customerId, displayName, avatar } = customer
  const name = channelName(channel.type)
  // `startable` is said only of the three types that can be.
  const request: StartRequest = { customerId, channel: { type: channel.type as ChannelType, value: channel.value } }
  const underWay = useStarts().some((start) => !isFinal(start) && isSameStart(start.request, request))
  return (
    <li className={classes['row']}>
      <span className={classes['channelIcon']} data-startable={channel.startable || undefined} aria-hidden>
        <ChannelIcon channel={channel.type} size={20} />
      </span>
      <span className={classes['rowText']}>
        <span className={classes['rowName']} dir="auto">
          {name}
        </span>
        <span className={classes['rowDetail']}>{formatAddress(channel.value)}</span>
      </span>
      {channel.startable ? (
        <Button
          size="xs"
          leftSection={<IconMessagePlus size={16} aria-hidden />}
          aria-label={`${underWay ? 'Starting… Show how far it is' : 'Start a conversation'} on ${name}, ${formatAddress(channel.value)}`}
          onClick={() => beginStart(request, { customerId, displayName, ...(avatar ? { avatar } : {}) })}
        >
          {underWay ? 'Starting…' : 'Start'}
        </Button>
      ) : (
        <span className={classes['cannot']}>{whyNot(channel.type)}</span>
      )}
    </li>
  )
}

/** Of the types that can be started, one that cannot has an address that nothing can be sent to. */
function whyNot(type: string): string {
  if (type === 'sms' || type === 'whatsapp') return 'Not a valid number'
  return type === 'chat' ? 'Not a valid chat identity' : 'Cannot be started here'
}
