import type { Conversation } from '@firstline/app/api'
import { IconChevronRight } from '@tabler/icons-react'
import { Link } from '@tanstack/react-router'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName, shortTime } from '../shared/format.ts'
import { useAddressFormat } from '../shared/use-address-format.ts'
import classes from './CustomerPage.module.css'

/** A conversation that the worker has, or had, with the customer. */
export function CustomerConversation({ conversation }: { conversation: Conversation }) {
  const formatAddress = useAddressFormat()
  const { sid, channel, proxyAddress, state, lastMessage, updatedAt } = conversation
  return (
    <li>
      <Link to="/conversations/$sid" params={{ sid }} className={`${classes['row']} ${classes['linked']}`}>
        <span className={classes['channelIcon']} aria-hidden>
          <ChannelIcon channel={channel} size={20} />
        </span>
        <span className={classes['rowText']}>
          <span className={classes['rowName']}>
            {channelName(channel)}
            {proxyAddress && <span className={classes['via']}> via {formatAddress(proxyAddress)}</span>}
          </span>
          <span className={classes['rowDetail']} dir="auto">
            {lastMessage ? lastMessage.body : 'No messages yet'}
          </span>
        </span>
        <span className={classes['state']} data-state={state}>
          <span>{state === 'closed' ? 'Closed' : 'Open'}</span> <span>{shortTime(updatedAt)}</span>
        </span>
        <IconChevronRight size={17} aria-hidden className={classes['chevron']} />
      </Link>
    </li>
  )
}
