import { lazy, Suspense, useEffect, useState } from 'react'
import { useStartDialog } from './use-start-dialog.ts'

const load = () => import('./StartDialog.tsx')
const StartDialog = lazy(async () => ({ default: (await load()).StartDialog }))

/** Follows the starts of this browser on every screen. The dialog itself comes with the first start. */
export function StartsUnderWay() {
  const { shown, ready } = useStartDialog()
  const [needed, setNeeded] = useState(false)
  if (!needed && (shown || ready)) setNeeded(true)
  useEffect(() => {
    // Fetched once the first screen stands, so that no start waits for it.
    const timer = setTimeout(() => void load().catch(() => undefined), 800)
    return () => clearTimeout(timer)
  }, [])
  return <Suspense fallback={null}>{needed && <StartDialog shown={shown} ready={ready} />}</Suspense>
}
