import type { ConversationDetails } from '@firstline/app/api'
import { ActionIcon, Menu } from '@mantine/core'
import { IconArchive, IconDotsVertical, IconUserCircle } from '@tabler/icons-react'
import { useState } from 'react'
import { ChannelIcon } from '../shared/ChannelIcon.tsx'
import { channelName } from '../shared/format.ts'
import { LinkMenuItem } from '../shared/links.tsx'
import { PageHeader } from '../shared/PageHeader.tsx'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import { useAddressFormat } from '../shared/use-address-format.ts'
import { BackToConversations } from './BackToConversations.tsx'
import { CloseDialog } from './CloseDialog.tsx'
import classes from './ConversationPage.module.css'

/** With whom, on which channel, from which of the business's numbers, and what else can be done. */
export function ConversationHeader({ details: { conversation, workers } }: { details: ConversationDetails }) {
  const { displayName, avatar, channel, proxyAddress, customerId, contactAddress, state } = conversation
  const formatAddress = useAddressFormat()
  const [closing, setClosing] = useState(false)
  const others = workers.length > 1 ? ` · ${workers.length} colleagues` : ''
  return (
    <div className={classes['header']}>
      <PageHeader
        title={displayName}
        takesFocus={false}
        before={
          <>
            <BackToConversations />
            <PersonAvatar name={displayName} {...(avatar ? { avatar } : {})} size={40} />
          </>
        }
        subtitle={
          <span className={classes['channel']} title={formatAddress(contactAddress)}>
            <ChannelIcon channel={channel} size={14} />
            {channelName(channel)}
            {proxyAddress ? ` via ${formatAddress(proxyAddress)}` : ''}
            {others}
          </span>
        }
      >
        <Menu position="bottom-end" width={220} withinPortal={false}>
          <Menu.Target>
            <ActionIcon aria-label="More about this conversation">
              <IconDotsVertical size={20} aria-hidden />
            </ActionIcon>
          </Menu.Target>
          <Menu.Dropdown>
            {customerId !== undefined && (
              <LinkMenuItem
                to="/customers/$customerId"
                params={{ customerId }}
                leftSection={<IconUserCircle size={17} aria-hidden />}
              >
                Customer details
              </LinkMenuItem>
            )}
            <Menu.Item
              disabled={state === 'closed'}
              leftSection={<IconArchive size={17} aria-hidden />}
              onClick={() => setClosing(true)}
            >
              {state === 'closed' ? 'Closed already' : 'Close conversation…'}
            </Menu.Item>
          </Menu.Dropdown>
        </Menu>
      </PageHeader>
      <CloseDialog conversation={conversation} opened={closing} onClose={() => setClosing(false)} />
    </div>
  )
}
