import { SegmentedControl } from '@mantine/core'
import { asProblem } from '../../api/client.ts'
import { Loading } from '../../shared/Loading.tsx'
import { ProblemNotice } from '../../shared/ProblemNotice.tsx'
import { callbacks } from '../callbacks.ts'
import type { CallbackFilter, Span } from '../filters/callback-filter.ts'
import { HealthCard } from './HealthCard.tsx'
import classes from './health.module.css'
import { useCallbackHealth } from './health-data.ts'
import { spanLabels } from './health-words.ts'

type CallbackHealthProps = { span: Span; onSpan: (span: Span) => void; onFilter: (filter: CallbackFilter) => void }

/** How each of the three callbacks does: how many failed and how long they took, over the last hour, day or week. */
export function CallbackHealth({ span, onSpan, onFilter }: CallbackHealthProps) {
  const health = useCallbackHealth(span)
  return (
    <section className={classes['health']} aria-labelledby="health">
      <div className={classes['top']}>
        <h2 id="health">How they do</h2>
        <SegmentedControl
          size="xs"
          aria-label="Over the last"
          value={span}
          onChange={(value) => onSpan(value as Span)}
          data={Object.entries(spanLabels).map(([value, label]) => ({ value, label }))}
        />
      </div>
      {health.data ? (
        <div className={classes['cards']} aria-busy={health.isPlaceholderData}>
          {callbacks.map((callback) => {
            const found = health.data.callbacks.find((each) => each.callback === callback.name)
            if (!found) return null
            return (
              <HealthCard
                key={callback.name}
                callback={callback}
                health={found}
                span={health.data.span}
                onFilter={onFilter}
              />
            )
          })}
        </div>
      ) : health.error ? (
        <ProblemNotice problem={asProblem(health.error)} onRetry={() => void health.refetch()} />
      ) : (
        <Loading what="how the callbacks do" />
      )}
    </section>
  )
}
