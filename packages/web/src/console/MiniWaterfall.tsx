import classes from './waterfall.module.css'
import { describeWaterfall, type Waterfall } from './waterfall.ts'

const laneHeight = 5
const gap = 2

/** The steps of an attempt at a glance, one lane each: what lies side by side ran at the same time. */
export function MiniWaterfall({ waterfall }: { waterfall: Waterfall }) {
  const height = waterfall.bars.length * (laneHeight + gap) - gap
  return (
    <div className={classes['mini']} style={{ height }} role="img" aria-label={describeWaterfall(waterfall)}>
      {waterfall.bars.map((bar, lane) =>
        bar.offsetMs === undefined ? null : (
          <span
            key={bar.name}
            className={classes['bar']}
            data-outcome={bar.look}
            style={{
              top: lane * (laneHeight + gap),
              height: laneHeight,
              left: `${bar.left * 100}%`,
              width: `${bar.width * 100}%`,
            }}
          />
        ),
      )}
    </div>
  )
}
