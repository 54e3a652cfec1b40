import { Button } from '@mantine/core'
import { IconClockPause } from '@tabler/icons-react'
import { useState } from 'react'
import classes from './Composer.module.css'
import { TemplateChoice } from './TemplateChoice.tsx'
import { useArrival } from './use-arrival.ts'

/** WhatsApp takes no free text now: the reason, and what may be sent instead. */
export function WindowShut({ sid, reason }: { sid: string; reason: string }) {
  const arrived = useArrival() !== undefined
  // Once something was sent it is the customer's turn, and the thread gets its room back.
  const [choosing, setChoosing] = useState(true)
  return (
    <section className={classes['shut']} aria-label="Approved templates">
      <p className={classes['reason']}>
        <IconClockPause size={18} aria-hidden />
        <span>{reason}</span>
      </p>
      {choosing ? (
        <TemplateChoice sid={sid} takesFocus={arrived} onSent={() => setChoosing(false)} />
      ) : (
        <Button variant="default" size="xs" autoFocus onClick={() => setChoosing(true)}>
          Send another template
        </Button>
      )}
    </section>
  )
}
