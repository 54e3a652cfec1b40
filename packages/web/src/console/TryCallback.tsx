import type { Callback } from './callbacks.ts'
import { useSettings } from './console-data.ts'
import { TryIt } from './TryIt.tsx'
import type { Asked } from './TryItForm.tsx'

type TryCallbackProps = { callback: Callback; again?: Asked | undefined; onClose: () => void }

/** "Try it" with the address that the settings hold now, wherever in the console one is. */
export function TryCallback({ callback, again, onClose }: TryCallbackProps) {
  const target = useSettings().data?.[callback.setting]
  if (target === undefined) return null
  return <TryIt callback={callback} target={target} saved again={again} onClose={onClose} />
}
