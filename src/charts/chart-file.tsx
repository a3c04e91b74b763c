import { toDisplayText } from '../base/text/display.ts'
import { findLineChartHeight, LineChart } from './line-chart/line-chart.tsx'
import type { LineChartProps } from './line-chart/line-chart-props.ts'
import { renderMarkup } from './render-markup.ts'
import { formatFileStyle } from './style/chart-style.ts'
import type { ColourScheme } from './style/palette.ts'

export type ChartFile = {
  readonly title: string
  readonly subtitle?: string
  /** One below the other, of one width. */
  readonly charts: readonly LineChartProps[]
  /** Default: `auto`. */
  readonly scheme?: ColourScheme
}

const margin = 20
const gap = 24
/** The font of every chart: the reader's own sans-serif, so that no font file is needed. */
const font = "system-ui, -apple-system, 'Segoe UI', Roboto, 'DejaVu Sans', sans-serif"

/** Line charts with a heading as one SVG for a file, on a background of its own. It needs no script and no font file. */
export function drawChartFile({ title, subtitle, charts, scheme = 'auto' }: ChartFile): string {
  const top = subtitle === undefined ? 48 : 68
  const places = placeBelow(charts, top)
  const width = 2 * margin + Math.max(...charts.map((chart) => chart.width))
  const height = Math.round((places.at(-1)?.bottom ?? top) + margin)
  return renderMarkup(
    <svg
      xmlns="http://www.w3.org/2000/svg"
      width={width}
      height={height}
      viewBox={`0 0 ${width} ${height}`}
      role="img"
      aria-label={toDisplayText(title, 300)}
      font-family={font}
      font-size="12"
    >
      <style>{formatFileStyle(scheme)}</style>
      <rect class="surface" width={width} height={height} />
      <g class="chart">
        <text class="heading" x={margin} y="30">
          {toDisplayText(title, 100)}
        </text>
        {subtitle !== undefined && (
          <text x={margin} y="50">
            {toDisplayText(subtitle, 140)}
          </text>
        )}
      </g>
      {charts.map((chart, index) => (
        <g key={index} transform={`translate(${margin} ${places[index]?.top ?? 0})`}>
          <LineChart {...chart} />
        </g>
      ))}
    </svg>,
  )
}

function placeBelow(charts: readonly LineChartProps[], top: number) {
  let next = top
  return charts.map((chart) => {
    const bottom = next + findLineChartHeight(chart)
    const place = { top: next, bottom }
    next = bottom + gap
    return place
  })
}
