import { toDisplayText } from '../base/text/display.ts'
import { type ChartAxis, createScale } from './axis.ts'
import { roundPixels } from './round-pixels.ts'
import { textWidth } from './text-width.ts'

export type HistogramProps = {
  /** Pixels. */
  readonly width: number
  readonly height: number
  /** What it shows, for those who do not see it. */
  readonly title: string
  /** Side by side, without gaps. */
  readonly bars: readonly {
    readonly from: number
    readonly to: number
    readonly count: number
    readonly className: string
  }[]
  readonly xAxis: ChartAxis
  /** A vertical line with a label above. */
  readonly marker?: { readonly x: number; readonly label: string }
}

const margin = { side: 10, top: 22, bottom: 38 }

/** How often values occur. Its bars tell their counts; there is no axis for them. */
export function Histogram({ width, height, title, bars, xAxis, marker }: HistogramProps) {
  const domain = xAxis.domain ?? ([bars[0]?.from ?? 0, bars.at(-1)?.to ?? 1] as const)
  const scale = createScale({ ...xAxis, domain }, [], width < 500 ? 4 : 8)
  const bottom = height - margin.bottom
  const toX = (value: number) => margin.side + scale.toShare(value) * (width - 2 * margin.side)
  const most = Math.max(1, ...bars.map(({ count }) => count))
  return (
    <svg
      class="chart"
      viewBox={`0 0 ${width} ${height}`}
      width={width}
      height={height}
      role="img"
      aria-label={title}
    >
      {bars.map(({ from, to, count, className }) => {
        const size = (count / most) * (bottom - margin.top)
        return (
          <g key={from} class={className}>
            <title>{`${xAxis.format(from, to - from)} to ${xAxis.format(to, to - from)}: ${count.toLocaleString('en-US')}`}</title>
            <rect
              class="bar"
              x={roundPixels(toX(from) + 0.5)}
              y={roundPixels(bottom - size)}
              width={roundPixels(Math.max(1, toX(to) - toX(from) - 1))}
              height={roundPixels(size)}
            />
          </g>
        )
      })}
      <line class="base" x1={margin.side} x2={width - margin.side} y1={bottom} y2={bottom} />
      {scale.ticks.map((tick) => {
        const label = xAxis.format(tick, scale.step)
        const half = textWidth(label) / 2
        return (
          <text
            key={tick}
            x={roundPixels(Math.min(width - half, Math.max(half, toX(tick))))}
            y={bottom + 16}
            text-anchor="middle"
          >
            {label}
          </text>
        )
      })}
      <text x={width - margin.side} y={height - 6} text-anchor="end">
        {xAxis.label}
      </text>
      {marker !== undefined && <Marker {...marker} at={toX(marker.x)} width={width} bottom={bottom} />}
    </svg>
  )
}

type MarkerProps = { label: string; at: number; width: number; bottom: number }

function Marker({ label, at, width, bottom }: MarkerProps) {
  const text = toDisplayText(label, 40)
  const place = roundPixels(Math.min(width - margin.side, Math.max(margin.side, at)))
  const isRight = place + 6 + textWidth(text) <= width
  return (
    <g class="marker">
      <line x1={place} x2={place} y1={4} y2={bottom} />
      <text x={place + (isRight ? 6 : -6)} y={14} text-anchor={isRight ? 'start' : 'end'}>
        {text}
      </text>
    </g>
  )
}
