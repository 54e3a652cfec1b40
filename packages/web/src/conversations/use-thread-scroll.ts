import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** So close to the end counts as being there: a finger is not exact. */
const slackPx = 60

export type ThreadScroll = {
  /** The element that scrolls, and the one inside that grows. */
  frame: RefObject<HTMLDivElement | null>
  content: RefObject<HTMLDivElement | null>
  atEnd: boolean
  toEnd: () => void
}

/**
 * Keeps a thread where the reader wants it: at the end while they are there, whatever grows (messages, the composer,
 * the keyboard of a phone), and on the same message when earlier ones are put in above.
 *
 * @param firstId of the earliest message that is shown
 */
export function useThreadScroll(firstId: string | undefined): ThreadScroll {
  const frame = useRef<HTMLDivElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const [atEnd, setAtEnd] = useState(true)
  const sticking = useRef(true)
  const before = useRef<{ firstId: string | undefined; height: number }>({ firstId: undefined, height: 0 })

  const toEnd = useCallback(() => {
    sticking.current = true
    setAtEnd(true)
    frame.current?.scrollTo({ top: frame.current.scrollHeight })
  }, [])

  // Browsers do this by themselves to different degrees; `overflow-anchor: none` leaves it to us alone.
  useLayoutEffect(() => {
    const element = frame.current
    if (!element) return
    const { firstId: oldFirst, height } = before.current
    if (oldFirst !== undefined && firstId !== oldFirst && !sticking.current) {
      element.scrollTop += element.scrollHeight - height
    }
    if (sticking.current) element.scrollTop = element.scrollHeight
    before.current = { firstId, height: element.scrollHeight }
  })

  useEffect(() => {
    const element = frame.current
    if (!element || !content.current) return
    let lastTop = element.scrollTop
    const scrolled = () => {
      const near = element.scrollHeight - element.scrollTop - element.clientHeight < slackPx
      // Only going up leaves the end: when the frame gets smaller, the distance grows although nobody scrolled.
      if (near || element.scrollTop < lastTop) sticking.current = near
      lastTop = element.scrollTop
      setAtEnd(sticking.current)
    }
    const resized = new ResizeObserver(() => {
      if (sticking.current) element.scrollTop = element.scrollHeight
      before.current.height = element.scrollHeight
    })
    resized.observe(element)
    resized.observe(content.current)
    element.addEventListener('scroll', scrolled, { passive: true })
    return () => {
      resized.disconnect()
      element.removeEventListener('scroll', scrolled)
    }
  }, [])

  return { frame, content, atEnd, toEnd }
}
