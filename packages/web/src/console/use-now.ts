import { useEffect, useState } from 'react'

/** The time, moving on while `moving`: for drawings of what is still under way. */
export function useNow(moving: boolean): number {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!moving) return
    const timer = setInterval(() => setNow(Date.now()), 100)
    return () => clearInterval(timer)
  }, [moving])
  return now
}
