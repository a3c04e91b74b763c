import { findTicks, roundRange } from './axis.ts'
import { seriesClass } from './series-class.ts'

export type Bar = {
  readonly time: number
  /** One value per series. */
  readonly values: readonly number[]
}

type StackedBarsProps = {
  readonly bars: readonly Bar[]
  readonly series: readonly string[]
  /** Default: `seriesClass(index)`. */
  readonly classNames?: readonly string[]
  /** Whether the values are counts, so that the axis has whole numbers only. */
  readonly areCounts?: boolean
  readonly from: number
  readonly to: number
  readonly bucketMs: number
  /** For those who do not see it. */
  readonly title: string
  readonly formatValue: (value: number) => string
  readonly formatTime: (time: number) => string
  readonly width?: number
  readonly height?: number
}

const margin = { left: 44, right: 4, top: 6, bottom: 18 }

/** Bars over time, one per bucket, with a part per series from the bottom. */
export function StackedBars(props: StackedBarsProps) {
  const { bars, series, from, to, bucketMs, title, formatValue, formatTime } = props
  const { width = 640, height = 150, areCounts = false } = props
  const classOf = (index: number) => props.classNames?.[index] ?? seriesClass(index)
  const start = Math.floor(from / bucketMs) * bucketMs
  const buckets = Math.max(1, Math.ceil((to - start) / bucketMs))
  const most = Math.max(...bars.map(({ values }) => values.reduce((sum, each) => sum + each, 0)), 0)
  const [, top] = roundRange([0, most || 1], 5)
  const ticks = (most === 0 ? [0] : findTicks(0, top, 5)).filter(
    (tick) => !areCounts || Number.isInteger(tick),
  )
  const [innerWidth, innerHeight] = [width - margin.left - margin.right, height - margin.top - margin.bottom]
  const toX = (time: number) => margin.left + ((time - start) / (buckets * bucketMs)) * innerWidth
  const toY = (value: number) => margin.top + innerHeight * (1 - value / top)
  const barWidth = innerWidth / buckets
  const gap = Math.min(2, barWidth / 4)
  return (
    <svg class="chart" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={title}>
      {ticks.map((tick) => (
        <g key={tick}>
          <line class="axis" x1={margin.left} x2={width - margin.right} y1={toY(tick)} y2={toY(tick)} />
          <text x={margin.left - 6} y={toY(tick) + 4} text-anchor="end">
            {formatValue(tick)}
          </text>
        </g>
      ))}
      {bars.map(({ time, values }) => {
        let below = 0
        return (
          <g key={time}>
            <title>
              {[
                formatTime(time),
                ...series.map((name, index) => `${name}: ${formatValue(values[index] ?? 0)}`),
              ].join('\n')}
            </title>
            {values.map((value, index) => {
              const y = toY(below + value)
              const height = toY(below) - y
              below += value
              return (
                <rect
                  key={series[index]}
                  class={`bar ${classOf(index)}`}
                  x={toX(time) + gap / 2}
                  y={y}
                  width={Math.max(0.5, barWidth - gap)}
                  height={Math.max(0, height)}
                />
              )
            })}
          </g>
        )
      })}
      {findTimeLabels(start, buckets, bucketMs, width).map((time) => (
        <text key={time} x={toX(time)} y={height - 3} text-anchor="middle">
          {formatTime(time)}
        </text>
      ))}
    </svg>
  )
}

/** Some beginnings of buckets, far enough from each other and from the ends for a date and a time. */
function findTimeLabels(start: number, buckets: number, bucketMs: number, width: number): readonly number[] {
  const most = Math.max(1, Math.floor(width / 130))
  const step = Math.max(1, Math.ceil(buckets / most))
  const labels: number[] = []
  for (let bucket = Math.ceil(step / 2); bucket < buckets; bucket += step)
    labels.push(start + bucket * bucketMs)
  return labels
}
