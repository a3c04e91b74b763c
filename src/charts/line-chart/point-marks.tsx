import { toDisplayText } from '../../base/text/display.ts'
import type { ChartAxis } from '../axis.ts'
import { roundPixels } from '../round-pixels.ts'
import type { ChartLine, ChartPoint } from './line-chart-props.ts'
import { placeLabels } from './place-labels.ts'
import type { Plot } from './plot.ts'

const longestLabel = 36

type PointMarksProps = {
  readonly points: readonly ChartPoint[]
  /** What the names should not cover. */
  readonly lines: readonly ChartLine[]
  /** Values of vertical and horizontal lines that names should not cover either. */
  readonly verticals: readonly number[]
  readonly horizontals: readonly number[]
  readonly xAxis: ChartAxis
  readonly yAxis: ChartAxis
  readonly plot: Plot
}

/** A mark for each point, with its interval as a line and its name beside it. The tooltip has its values. */
export function PointMarks(props: PointMarksProps) {
  const { points, lines, verticals, horizontals, xAxis, yAxis, plot } = props
  const { toX, toY } = plot
  const clampY = (y: number) => roundPixels(Math.min(plot.bottom, Math.max(plot.top, toY(y))))
  const places = placeLabels(
    points.map(({ x, y, name }) => ({ x: toX(x), y: clampY(y), text: toDisplayText(name, longestLabel) })),
    plot,
    [
      ...lines.map((line) => line.points.map(({ x, y }) => ({ x: toX(x), y: clampY(y) }))),
      ...points.map(({ x, low, high }) =>
        low === undefined || high === undefined ? [] : [low, high].map((y) => ({ x: toX(x), y: clampY(y) })),
      ),
      ...verticals.map((x) => [plot.top, plot.bottom].map((y) => ({ x: toX(x), y }))),
      ...horizontals.map((y) => [plot.left, plot.right].map((x) => ({ x, y: toY(y) }))),
    ],
  )
  return (
    <>
      {points.map(({ x, y, low, high, className }, index) => {
        const leader = places[index]?.leader ?? null
        return (
          <g key={index} class={className}>
            {low !== undefined && high !== undefined && (
              <line
                class="interval"
                x1={roundPixels(toX(x))}
                x2={roundPixels(toX(x))}
                y1={clampY(low)}
                y2={clampY(high)}
              />
            )}
            {leader !== null && (
              <line
                class="leader"
                x1={roundPixels(toX(x))}
                y1={clampY(y)}
                x2={roundPixels(leader.x)}
                y2={roundPixels(leader.y)}
              />
            )}
          </g>
        )
      })}
      {points.map(({ x, y, name, className }, index) => {
        const place = places[index] ?? null
        return (
          <g key={index} class={className}>
            <title>
              {`${toDisplayText(name, 200)}\n${xAxis.label}: ${xAxis.format(x, 0)}\n${yAxis.label}: ${yAxis.format(y, 0)}`}
            </title>
            <circle class="point" cx={roundPixels(toX(x))} cy={clampY(y)} r="4.5" />
            {place !== null && (
              <text
                class="point-label"
                x={roundPixels(place.x)}
                y={roundPixels(place.y)}
                text-anchor={place.anchor}
              >
                {toDisplayText(name, longestLabel)}
              </text>
            )}
          </g>
        )
      })}
    </>
  )
}
