import { toDisplayText } from '../../base/text/display.ts'
import { roundPixels } from '../round-pixels.ts'
import { textWidth } from '../text-width.ts'
import { Axes } from './axes.tsx'
import { findPlot } from './find-plot.ts'
import { findLegendHeight, Legend } from './legend.tsx'
import type { ChartLevel, ChartLine, ChartValue, LineChartProps } from './line-chart-props.ts'
import type { Plot } from './plot.ts'
import { PointMarks } from './point-marks.tsx'

/**
 * Lines with ribbons for their intervals, and points with their names, as one SVG. It needs no browser, and all that it shows
 * has classes, not colours: the page and the reports have the rules.
 */
export function LineChart(props: LineChartProps) {
  const {
    width,
    height,
    title,
    description,
    series,
    points = [],
    levels = [],
    verticals = [],
    marker,
    children,
  } = props
  const plot = findPlot(props)
  const legend = linesOfLegend(props)
  const whole = findLineChartHeight(props)
  return (
    <svg
      class="chart line-chart"
      viewBox={`0 0 ${width} ${whole}`}
      width={width}
      height={whole}
      role="img"
      aria-label={toDisplayText(title, 300)}
    >
      {description !== undefined && <desc>{description}</desc>}
      <Axes xAxis={props.xAxis} yAxis={props.yAxis} plot={plot} />
      {levels.map((level, index) => (
        <Level key={index} level={level} plot={plot} />
      ))}
      {series.map((line, index) => (
        <Ribbon key={index} line={line} plot={plot} />
      ))}
      {series
        .map((line, index) => (
          <path
            key={index}
            class={`line ${line.className}${line.isDashed ? ' dashed' : ''}`}
            d={formatPath(line.points, plot)}
          >
            <title>{toDisplayText(line.name, 100)}</title>
          </path>
        ))
        .reverse()}
      {marker !== undefined && <Marker {...marker} plot={plot} />}
      <PointMarks
        points={points}
        lines={series}
        verticals={[...verticals, ...(marker === undefined ? [] : [marker.x])]}
        horizontals={levels.map(({ y }) => y)}
        xAxis={props.xAxis}
        yAxis={props.yAxis}
        plot={plot}
      />
      <Legend lines={legend} top={height} plot={plot} />
      {children?.(plot)}
    </svg>
  )
}

/** Pixels of the whole picture. */
export function findLineChartHeight(props: LineChartProps): number {
  return props.height + findLegendHeight(linesOfLegend(props), findPlot(props))
}

function linesOfLegend({ series, hasLegend = series.length > 1 }: LineChartProps): readonly ChartLine[] {
  return hasLegend ? series : []
}

function Ribbon({ line, plot }: { line: ChartLine; plot: Plot }) {
  const within = line.points.filter(
    (value): value is ChartValue & { low: number; high: number } =>
      value.low !== undefined && value.high !== undefined && isShown(value, plot),
  )
  if (within.length < 2) return null
  const edge = (end: 'low' | 'high') => within.map((value) => formatPlace(value.x, value[end], plot))
  return (
    <path
      class={`ribbon ${line.className}`}
      d={`M${[...edge('high'), ...edge('low').reverse()].join('L')}Z`}
    />
  )
}

function Level({ level, plot }: { level: ChartLevel; plot: Plot }) {
  const { y, label, className = 'series-none', side = 'left' } = level
  const at = plot.toY(y)
  if (!(at >= plot.top - 0.5 && at <= plot.bottom + 0.5)) return null
  const isLeft = side === 'left'
  const x = isLeft ? plot.left + 6 : plot.right - 4
  return (
    <g class={className}>
      <line class="level" x1={plot.left} x2={plot.right} y1={roundPixels(at)} y2={roundPixels(at)} />
      <text
        class="level-label"
        x={x}
        y={roundPixels(isLeft ? at - 5 : at + 13)}
        text-anchor={isLeft ? 'start' : 'end'}
      >
        {toDisplayText(label, 60)}
      </text>
    </g>
  )
}

function Marker({ x, label, plot }: { x: number; label: string; plot: Plot }) {
  const at = plot.toX(x)
  if (!(at >= plot.left - 0.5 && at <= plot.right + 0.5)) return null
  const text = toDisplayText(label, 40)
  const isRight = at + 6 + textWidth(text) <= plot.right
  return (
    <g class="marker">
      <line x1={roundPixels(at)} x2={roundPixels(at)} y1={plot.top} y2={plot.bottom} />
      <text
        x={roundPixels(at + (isRight ? 6 : -6))}
        y={plot.top + 10}
        text-anchor={isRight ? 'start' : 'end'}
      >
        {text}
      </text>
    </g>
  )
}

/** The path of a line; what is beyond the axes is left out, and a gap in the values is a gap in the line. */
function formatPath(values: readonly ChartValue[], plot: Plot): string {
  let path = ''
  let isDrawing = false
  for (const value of values) {
    if (!isShown(value, plot)) {
      isDrawing = false
      continue
    }
    path += `${isDrawing ? 'L' : 'M'}${formatPlace(value.x, value.y, plot)}`
    isDrawing = true
  }
  return path
}

function isShown({ x, y }: ChartValue, { xScale }: Plot): boolean {
  const share = xScale.toShare(x)
  return Number.isFinite(y) && share >= -1e-6 && share <= 1 + 1e-6
}

/** A place in the plot; what is above or below it is at its edge. */
function formatPlace(x: number, y: number, plot: Plot): string {
  return `${roundPixels(plot.toX(x))} ${roundPixels(Math.min(plot.bottom, Math.max(plot.top, plot.toY(y))))}`
}
