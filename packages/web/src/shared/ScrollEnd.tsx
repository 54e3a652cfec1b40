import { Button } from '@mantine/core'
import { useEffect, useEffectEvent, useRef } from 'react'
import classes from './ScrollEnd.module.css'

type ScrollEndProps = {
  /** "Load more customers". For the keyboard, and wherever scrolling alone does not do it. */
  label: string
  loading: boolean
  /** What is said meanwhile: "Loading more customers…". */
  loadingLabel: string
  onReach: () => void
}

/** Asks for more as soon as it comes into sight. */
export function ScrollEnd({ label, loading, loadingLabel, onReach }: ScrollEndProps) {
  const mark = useRef<HTMLDivElement>(null)
  const reach = useEffectEvent(onReach)
  useEffect(() => {
    if (!mark.current || loading) return
    // The margin counts only from the edges of what scrolls, not from those of the window.
    const root = scrollingAround(mark.current)
    const near = { root, rootMargin: '240px' }
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && reach(), near)
    observer.observe(mark.current)
    return () => observer.disconnect()
  }, [loading])
  return (
    <div ref={mark} className={classes['end']}>
      <Button variant="subtle" color="gray" size="xs" loading={loading} onClick={onReach}>
        {label}
      </Button>
      <span role="status" className={classes['hidden']}>
        {loading ? loadingLabel : ''}
      </span>
    </div>
  )
}

function scrollingAround(element: HTMLElement): HTMLElement | null {
  for (let around = element.parentElement; around; around = around.parentElement) {
    if (/auto|scroll/.test(getComputedStyle(around).overflowY)) return around
  }
  return null
}
