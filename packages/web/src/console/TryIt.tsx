import '@mantine/core/styles/Drawer.layer.css'
import { Drawer, Text } from '@mantine/core'
import { useMediaQuery } from '@mantine/hooks'
import { IconSend } from '@tabler/icons-react'
import { useEffect, useRef } from 'react'
import { asProblem } from '../api/client.ts'
import { EmptyState } from '../shared/EmptyState.tsx'
import { ProblemNotice } from '../shared/ProblemNotice.tsx'
import type { Callback } from './callbacks.ts'
import { useProbe } from './console-data.ts'
import { ExchangeView } from './ExchangeView.tsx'
import classes from './TryIt.module.css'
import { type Asked, TryItForm } from './TryItForm.tsx'

type TryItProps = {
  callback: Callback
  /** What is called: a URL or `built-in`. */
  target: string
  /** The target is what the settings hold; else it goes along with the request. */
  saved: boolean
  again?: Asked | undefined
  onClose: () => void
}

/** Makes one callback as the app would make it, and shows both sides of it. */
export function TryIt({ callback, target, saved, again, onClose }: TryItProps) {
  const wide = useMediaQuery('(min-width: 900px)', undefined, { getInitialValueInEffect: false })
  const probe = useProbe()
  const last = useRef<Asked>(undefined)
  const result = useRef<HTMLElement>(null)
  useEffect(() => {
    if (probe.data || probe.error) result.current?.focus()
  }, [probe.data, probe.error])

  function ask(asked: Asked) {
    last.current = asked
    probe.mutate({ callback: callback.name, ...(saved ? {} : { url: target }), ...asked })
  }
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={wide ? 'min(1080px, 94vw)' : '100%'}
      padding={0}
      title={`Try it: ${callback.title}`}
      closeButtonProps={{ 'aria-label': 'Close' }}
      classNames={{ header: classes['header'] ?? '', title: classes['title'] ?? '', body: classes['body'] ?? '' }}
    >
      <div className={classes['columns']}>
        <TryItForm callback={callback} target={target} saved={saved} busy={probe.isPending} again={again} onAsk={ask} />
        <section ref={result} tabIndex={-1} className={classes['result']} aria-label="Result">
          <div role="status">
            {probe.isPending && (
              <Text size="sm" c="dimmed">
                Calling… This takes 6 seconds at most.
              </Text>
            )}
          </div>
          {probe.isPending ? null : probe.error ? (
            <ProblemNotice problem={asProblem(probe.error)} onRetry={() => last.current && ask(last.current)} />
          ) : probe.data ? (
            <ExchangeView exchange={probe.data} understood={probe.data.understood} headingLevel={3} />
          ) : (
            <EmptyState icon={<IconSend />} title="Nothing sent yet">
              Send the request, and here you see what Firstline makes of the answer, and both sides as they were on the
              wire. It changes nothing in Firstline and contacts no customer.
            </EmptyState>
          )}
        </section>
      </div>
    </Drawer>
  )
}
