import { useLocation } from '@tanstack/react-router'
import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react'

/** How far down each page was when one left it, as long as the app is open. */
const left = new Map<string, number>()

/**
 * Keeps the place in what scrolls: a page begins at its top, but one that one comes back to from something opened in
 * it is where it was. Without this a page would begin where the one before it was left.
 */
export function useScrollMemory(element: RefObject<HTMLElement | null>): void {
  const path = useLocation({ select: ({ pathname }) => pathname })
  const before = useRef('')
  useEffect(() => {
    const scroller = element.current
    if (!scroller) return
    const remember = () => left.set(path, scroller.scrollTop)
    scroller.addEventListener('scroll', remember, { passive: true })
    return () => scroller.removeEventListener('scroll', remember)
  }, [path, element])
  useLayoutEffect(() => {
    const cameFromWithin = before.current.startsWith(`${path}/`)
    before.current = path
    if (element.current) element.current.scrollTop = cameFromWithin ? (left.get(path) ?? 0) : 0
  }, [path, element])
}
