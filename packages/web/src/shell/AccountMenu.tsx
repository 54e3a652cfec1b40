import { type MantineColorScheme, Menu, Text, useMantineColorScheme } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconDeviceDesktop, IconLogout, IconMoon, IconSun } from '@tabler/icons-react'
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
  const wide = useMediaQuery('(min-width: 900px)')
  const [problem, setProblem] = useState<string>()
  return (
    // Within the navigation rather than at the end of the page, so that it belongs to a landmark.
    <Menu position={wide ? 'right-end' : 'top-end'} width={270} withinPortal={false}>
      <Menu.Target>
        <button type="button" className={`${navigation['item']} ${classes['target']}`}>
          <PersonAvatar name={me.displayName} size={26} />
          <span>Account</span>
          <span className={navigation['hidden']}>: {me.displayName}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label className={classes['who']}>
          <Text component="span" fw={600} size="sm" className={classes['line']} dir="auto">
            {me.displayName}
          </Text>
          <span className={classes['line']}>{me.email}</span>
          {me.role === 'administrator' && <span>Administrator</span>}
        </Menu.Label>
        <Menu.Divider />
        <Menu.Label>Appearance</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(value) => setColorScheme(value as MantineColorScheme)}>
          {themes.map(({ value, label, icon: Icon }) => (
            <Menu.RadioItem key={value} value={value} rightSection={<Icon size={17} aria-hidden />}>
              {label}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconLogout size={17} aria-hidden />}
          closeMenuOnClick={false}
          onClick={() => void signOut(me.identity).catch((error) => setProblem(asProblem(error).detail))}
        >
          {problem ? 'Try again to sign out' : 'Sign out'}
        </Menu.Item>
        {problem && <Menu.Label className={classes['problem']}>{problem}</Menu.Label>}
      </Menu.Dropdown>
    </Menu>
  )
}
