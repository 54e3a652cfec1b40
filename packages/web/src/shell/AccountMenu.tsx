import { Menu, Text, useMantineColorScheme } from '@mantine/core'
import { IconCheck, IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
import { useState } from 'react'
import { asProblem } from '../api/client.ts'
import { signOut, useMe } from '../api/session.ts'
import { PersonAvatar } from '../shared/PersonAvatar.tsx'
import classes from './AccountMenu.module.css'
import navigation from './Navigation.module.css'

const themes = [
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
] as const

/** Who is signed in, the theme, and the way out. */
export function AccountMenu() {
  const me = useMe()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const [problem, setProblem] = useState<string>()
  return (
    <Menu position="right-end" width={250} withinPortal>
      <Menu.Target>
        <button
          type="button"
          className={`${navigation['item']} ${classes['target']}`}
          aria-label={`Account: ${me.displayName}`}
        >
          <PersonAvatar name={me.displayName} size={26} />
          <span className={navigation['label']} aria-hidden>
            Account
          </span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <div className={classes['who']}>
          <Text fw={600} size="sm" className={classes['line']} dir="auto">
            {me.displayName}
          </Text>
          <Text size="xs" c="dimmed" className={classes['line']}>
            {me.email}
            {me.role === 'administrator' && ' · Administrator'}
          </Text>
        </div>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        {themes.map(({ value, label, icon: Icon }) => (
          <Menu.Item
            key={value}
            role="menuitemradio"
            aria-checked={colorScheme === value}
            leftSection={<Icon size={17} aria-hidden />}
            rightSection={colorScheme === value && <IconCheck size={16} aria-hidden />}
            onClick={() => setColorScheme(value)}
          >
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={17} aria-hidden />}
          closeMenuOnClick={false}
          onClick={() => void signOut(me.identity).catch((error) => setProblem(asProblem(error).detail))}
        >
          Sign out
        </Menu.Item>
        {problem && (
          <Text size="xs" role="alert" className={classes['problem']}>
            {problem}
          </Text>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}
