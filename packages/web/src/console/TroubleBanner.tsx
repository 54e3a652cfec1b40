import type { CallbackTrouble } from '@firstline/app/api'
import { Button } from '@mantine/core'
import { IconAlertTriangle, IconPlayerPlay } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { LinkButton } from '../shared/links.tsx'
import classes from './banner.module.css'
import { useTrouble } from './callback-data.ts'
import { builtIn } from './callback-url.ts'
import { type Callback, callbacks } from './callbacks.ts'
import { useSettings } from './console-data.ts'
import { momentOf } from './moment.ts'

const TryCallback = lazy(() => import('./TryCallback.tsx').then((module) => ({ default: module.TryCallback })))

/** Says on every page of the console that a callback fails again and again, and what to do about it. */
export function TroubleBanner() {
  const troubles = useTrouble().data?.troubles ?? []
  const [tried, setTried] = useState<Callback>()
  return (
    <>
      <div role="status" className={classes['banners']}>
        {troubles.map((trouble) => {
          const callback = callbacks.find((each) => each.name === trouble.callback)
          return callback && <Trouble key={trouble.callback} trouble={trouble} callback={callback} onTry={setTried} />
        })}
      </div>
      {tried && (
        <Suspense>
          <TryCallback callback={tried} onClose={() => setTried(undefined)} />
        </Suspense>
      )}
    </>
  )
}

type TroubleProps = {
  trouble: CallbackTrouble['troubles'][number]
  callback: Callback
  onTry: (callback: Callback) => void
}
function Trouble({ trouble, callback, onTry }: TroubleProps) {
  const { url, failures, since, code, title, remedy } = trouble
  // It is called by an address all the same.
  const isBuiltIn = useSettings().data?.[callback.setting] === builtIn
  const [only, ...others] = callback.locations
  const location = only && others.length === 0 ? { location: only.location } : {}
  return (
    <div className={classes['banner']}>
      <IconAlertTriangle size={20} aria-hidden />
      <div className={classes['words']}>
        <strong>
          The {callback.title} has failed {failures} times in a row, since{' '}
          <time dateTime={since}>{momentOf(since)}</time>
        </strong>
        <p>
          <b>
            {code} {title}
          </b>
          {' · '}
          <span className={classes['url']}>{isBuiltIn ? 'the built-in integration service' : url}</span>
        </p>
        <p>{remedy}</p>
      </div>
      <div className={classes['actions']}>
        <Button
          variant="default"
          size="xs"
          leftSection={<IconPlayerPlay size={15} aria-hidden />}
          aria-label={`Try it: ${callback.title}`}
          onClick={() => onTry(callback)}
        >
          Try it
        </Button>
        <LinkButton
          to="/console/callbacks"
          search={{ verdict: 'failed', ...location }}
          variant="subtle"
          size="xs"
          aria-label={`See the failures: ${callback.title}`}
        >
          See the failures
        </LinkButton>
      </div>
    </div>
  )
}
