import { IconClockPause } from '@tabler/icons-react'
import classes from './Composer.module.css'
import { TemplateChoice } from './TemplateChoice.tsx'
import { useArrival } from './use-arrival.ts'

/** WhatsApp takes no free text now: the reason, and what may be sent instead. */
export function WindowShut({ sid, reason }: { sid: string; reason: string }) {
  const arrived = useArrival() !== undefined
  return (
    <section className={classes['shut']} aria-label="Approved templates">
      <p className={classes['reason']}>
        <IconClockPause size={18} aria-hidden />
        <span>{reason}</span>
      </p>
      <TemplateChoice sid={sid} takesFocus={arrived} />
    </section>
  )
}
