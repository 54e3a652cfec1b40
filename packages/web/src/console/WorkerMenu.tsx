import type { Worker } from '@firstline/app/api'
import { ActionIcon, Menu } from '@mantine/core'
import { IconDots, IconLink, IconUserCheck, IconUserOff, IconUserShield } from '@tabler/icons-react'
import type { WorkerAction } from './WorkerDialog.tsx'

/** What can be done with a worker. Nobody gets it for themselves: one could lock oneself out. */
export function WorkerMenu({ worker, onAction }: { worker: Worker; onAction: (action: WorkerAction) => void }) {
  const deactivated = worker.state === 'deactivated'
  return (
    <Menu position="bottom-end" width={230} withinPortal={false} withInitialFocusPlaceholder={false}>
      <Menu.Target>
        <ActionIcon aria-label={`Actions for ${worker.displayName}`}>
          <IconDots size={20} aria-hidden />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item leftSection={<IconUserShield size={17} aria-hidden />} onClick={() => onAction('role')}>
          {worker.role === 'administrator' ? 'Make a worker' : 'Make an administrator'}
        </Menu.Item>
        {!deactivated && (
          <Menu.Item leftSection={<IconLink size={17} aria-hidden />} onClick={() => onAction('invite')}>
            {worker.state === 'invited' ? 'New invitation link' : 'Link for a new password'}
          </Menu.Item>
        )}
        <Menu.Divider />
        {deactivated ? (
          <Menu.Item leftSection={<IconUserCheck size={17} aria-hidden />} onClick={() => onAction('reactivate')}>
            Reactivate
          </Menu.Item>
        ) : (
          <Menu.Item
            style={{ color: 'var(--fl-danger-text)' }}
            leftSection={<IconUserOff size={17} aria-hidden />}
            onClick={() => onAction('deactivate')}
          >
            Deactivate
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
