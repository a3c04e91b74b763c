import type { ChartAxis } from '../axis.ts'
import { roundPixels } from '../round-pixels.ts'
import { textWidth } from '../text-width.ts'
import type { Plot } from './plot.ts'

/** The ticks with their lines, and the label of each axis: that of y above it, that of x below it. */
export function Axes({ xAxis, yAxis, plot }: { xAxis: ChartAxis; yAxis: ChartAxis; plot: Plot }) {
  const { left, right, top, bottom, xScale, yScale, toX, toY } = plot
  return (
    <g class="axes">
      {yScale.ticks.map((tick) => (
        <g key={tick}>
          <line
            class={tick === 0 && yScale.domain[0] < 0 ? 'axis zero' : 'axis'}
            x1={left}
            x2={right}
            y1={roundPixels(toY(tick))}
            y2={roundPixels(toY(tick))}
          />
          <text x={left - 6} y={roundPixels(toY(tick) + 4)} text-anchor="end">
            {yAxis.format(tick, yScale.step)}
          </text>
        </g>
      ))}
      <line class="axis base" x1={left} x2={right} y1={bottom} y2={bottom} />
      {xScale.ticks.map((tick) => (
        <g key={tick}>
          <line
            class="axis base"
            x1={roundPixels(toX(tick))}
            x2={roundPixels(toX(tick))}
            y1={bottom}
            y2={bottom + 4}
          />
          <text
            x={placeTick(toX(tick), xAxis.format(tick, xScale.step))}
            y={bottom + 16}
            text-anchor="middle"
          >
            {xAxis.format(tick, xScale.step)}
          </text>
        </g>
      ))}
      <text class="axis-label" x={0} y={top - 10}>
        {yAxis.label}
      </text>
      <text class="axis-label" x={right} y={bottom + 32} text-anchor="end">
        {xAxis.label}
      </text>
    </g>
  )
}

/** The middle of a label that does not begin before the picture. */
function placeTick(middle: number, label: string): number {
  return roundPixels(Math.max(middle, textWidth(label) / 2))
}
