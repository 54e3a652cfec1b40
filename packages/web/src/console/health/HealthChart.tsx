import type { Span } from '../filters/callback-filter.ts'
import { formatMs } from '../waterfall.ts'
import classes from './health.module.css'
import { callsDrawing, type Drawing, timesDrawing } from './health-chart.ts'
import { type Health, healthWords, type Slice, sliceTime, sliceWords } from './health-words.ts'

type HealthChartProps = { name: string; health: Health; span: Span }

/** How many calls were made and failed, and below how long they took, over the same time. */
export function HealthChart({ name, health, span }: HealthChartProps) {
  const { slices } = health
  const calls = callsDrawing(slices)
  const times = timesDrawing(slices)
  const [first] = slices
  return (
    <div className={classes['chart']} role="img" aria-label={healthWords(name, health, span)}>
      <div className={classes['key']}>
        <span data-mark="failed">failed</span>
        <span data-mark="calls">calls</span>
        <span className={classes['most']}>at most {calls.most}</span>
      </div>
      <Columns drawing={calls} kind="calls" slices={slices} span={span} />
      <div className={classes['key']}>
        <span data-mark="p50">p50</span>
        <span data-mark="p95">p95</span>
        <span className={classes['most']}>at most {formatMs(times.most)}</span>
      </div>
      <Columns drawing={times} kind="times" slices={slices} span={span} />
      <div className={classes['axis']}>
        <span>{first && sliceTime(first.from, span)}</span>
        <span>now</span>
      </div>
    </div>
  )
}

type ColumnsProps = { drawing: Drawing; kind: 'calls' | 'times'; slices: Slice[]; span: Span }
function Columns({ drawing, kind, slices, span }: ColumnsProps) {
  return (
    <svg className={classes['columns']} data-kind={kind} viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
      {drawing.columns.map(({ x, width, low, high }, index) => {
        const slice = slices[index]
        return (
          <g key={slice?.from}>
            {slice && <title>{sliceWords(slice, span)}</title>}
            {/* The whole height answers to the pointer. */}
            <rect x={x} y={0} width={width} height={100} className={classes['place']} />
            <rect x={x} y={100 - low - high} width={width} height={high} data-part="high" />
            <rect x={x} y={100 - low} width={width} height={low} data-part="low" />
          </g>
        )
      })}
    </svg>
  )
}
