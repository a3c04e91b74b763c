import { toDisplayText } from '../../base/text/display.ts'
import { textWidth } from '../text-width.ts'
import type { ChartLine } from './line-chart-props.ts'
import type { Plot } from './plot.ts'

const rowHeight = 18
const sample = 26

/** The pixels that a legend takes below the chart. */
export function findLegendHeight(lines: readonly ChartLine[], plot: Plot): number {
  return lines.length === 0 ? 0 : layOut(lines, plot).rows * rowHeight + 8
}

/** Each line's look and name, in columns as wide as the longest name, filled from top to bottom. */
export function Legend({ lines, top, plot }: { lines: readonly ChartLine[]; top: number; plot: Plot }) {
  const { rows, columnWidth, labels } = layOut(lines, plot)
  return (
    <>
      {lines.map(({ className, isDashed }, index) => {
        const x = Math.round(Math.floor(index / rows) * columnWidth)
        const y = top + 14 + (index % rows) * rowHeight
        return (
          <g key={index} class="legend-entry">
            <path
              class={`line ${className}${isDashed ? ' dashed' : ''}`}
              d={`M${x} ${y - 4}h${sample - 6}`}
            />
            <text x={x + sample} y={y}>
              {labels[index]}
            </text>
          </g>
        )
      })}
    </>
  )
}

function layOut(lines: readonly ChartLine[], { right }: Plot) {
  const most = Math.max(12, Math.floor((right - sample) / textWidth('n')) - 2)
  const labels = lines.map(({ name }) => toDisplayText(name, Math.min(48, most)))
  const widest = sample + 14 + Math.max(0, ...labels.map(textWidth))
  const columns = Math.max(1, Math.min(lines.length, Math.floor(right / widest)))
  const rows = Math.max(1, Math.ceil(lines.length / columns))
  return { rows, columnWidth: widest, labels }
}
