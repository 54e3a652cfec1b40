import { IconPlugConnectedX } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { useStreamState } from '../api/events.ts'
import classes from './Shell.module.css'

/** Says when what is on the screen may be out of date. A break of a second or two is not worth a word. */
export function StreamNotice() {
  const down = useStreamState() === 'down'
  const [shown, setShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setShown(down), down ? 2000 : 0)
    return () => clearTimeout(timer)
  }, [down])
  return (
    <div role="status" className={classes['noticeSlot']}>
      {shown && (
        <div className={classes['notice']}>
          <IconPlugConnectedX size={16} aria-hidden />
          Reconnecting… New messages appear as soon as the connection is back.
        </div>
      )}
    </div>
  )
}
