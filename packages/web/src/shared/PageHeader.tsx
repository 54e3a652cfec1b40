import { Text } from '@mantine/core'
import { type ReactNode, useEffect, useRef } from 'react'
import { arrivedByNavigation } from '../shell/navigation.ts'
import classes from './PageHeader.module.css'

type PageHeaderProps = {
  title: string
  subtitle?: ReactNode
  /** Buttons on the right. */
  children?: ReactNode
  /** Before the title: a back button, an avatar. */
  before?: ReactNode
  /** 2 for the list pane while its detail is open: a route has one h1. */
  level?: 1 | 2
  /** `false` when something else on the screen takes the focus. */
  takesFocus?: boolean
}

/** The top of a screen. As the h1 it names the page and takes the focus when the worker came here within the app. */
export function PageHeader({ title, subtitle, children, before, level = 1, takesFocus = true }: PageHeaderProps) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    if (level === 1 && takesFocus && arrivedByNavigation()) heading.current?.focus({ preventScroll: true })
  }, [level, takesFocus])
  const Heading = level === 1 ? 'h1' : 'h2'
  return (
    <header className={classes['header']}>
      {level === 1 && <title>{`${title} · Firstline`}</title>}
      {before}
      <div className={classes['titles']}>
        <Heading ref={heading} tabIndex={-1} className={classes['title']} dir="auto">
          {title}
        </Heading>
        {subtitle && (
          <Text size="sm" c="dimmed" component="div" className={classes['subtitle']}>
            {subtitle}
          </Text>
        )}
      </div>
      {children && <div className={classes['actions']}>{children}</div>}
    </header>
  )
}
