import { useLocation } from '@tanstack/react-router'
import { useState } from 'react'

/** How the worker came to this conversation: by a start (`new`, or `reused` when it was there already), or otherwise. */
export function useArrival(): 'new' | 'reused' | undefined {
  const started = useLocation({ select: (location) => location.state.started })
  // Kept from the first render on: further navigation does not change how they came.
  const [arrival] = useState(started)
  return arrival
}
