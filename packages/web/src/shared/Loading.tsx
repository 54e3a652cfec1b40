import { Loader, Text } from '@mantine/core'
import { useEffect, useState } from 'react'
import classes from './states.module.css'

/** `what` is what the worker waits for: "customers" reads "Loading customers…". Quick answers show nothing at all. */
export function Loading({ what }: { what: string }) {
  const [late, setLate] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setLate(true), 250)
    return () => clearTimeout(timer)
  }, [])
  return (
    <div className={classes['loading']} role="status">
      {late && (
        <>
          <Loader size={18} aria-hidden />
          <Text size="sm" c="dimmed">
            Loading {what}…
          </Text>
        </>
      )}
    </div>
  )
}
