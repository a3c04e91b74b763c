import { type AxisScale, type ChartAxis, createScale } from '../axis.ts'
import { textSize, textWidth } from '../text-width.ts'
import type { ChartValue, LineChartProps } from './line-chart-props.ts'
import type { Plot } from './plot.ts'

const lineHeight = textSize + 5

/** The place of the plot within a chart of these properties, for what is drawn or moved over it. */
export function findPlot(props: LineChartProps): Plot {
  const { width, height, xAxis, yAxis } = props
  const [top, bottom] = [lineHeight + 8, height - 2 * lineHeight - 4]
  const yScale = createScale(yAxis, valuesOfY(props), Math.max(2, Math.floor((bottom - top) / 36)))
  const labels = yScale.ticks.map((tick) => textWidth(yAxis.format(tick, yScale.step)))
  const left = Math.ceil(8 + Math.max(...labels, 16))
  const xScale = findXScale(xAxis, props, width - left)
  const lastTick = xScale.ticks.at(-1)
  const lastLabel = lastTick === undefined ? 0 : textWidth(xAxis.format(lastTick, xScale.step))
  const right = width - Math.max(8, Math.ceil(lastLabel / 2))
  const clampShare = (share: number) => Math.min(1, Math.max(0, share))
  return {
    left,
    right,
    top,
    bottom,
    xScale,
    yScale,
    toX: (x) => left + xScale.toShare(x) * (right - left),
    toY: (y) => bottom - yScale.toShare(y) * (bottom - top),
    fromX: (pixels) => xScale.toValue(clampShare((pixels - left) / (right - left))),
  }
}

/** As many ticks as have room for their labels. */
function findXScale(axis: ChartAxis, props: LineChartProps, width: number): AxisScale {
  const values = [...valuesOfX(props)]
  for (let most = Math.max(2, Math.floor(width / 60)); ; most--) {
    const scale = createScale(axis, values, most)
    const widest = Math.max(...scale.ticks.map((tick) => textWidth(axis.format(tick, scale.step))), 0)
    if (most <= 2 || scale.ticks.length * (widest + 12) <= width) return scale
    if (axis.ticks === undefined) continue
    const every = Math.ceil((scale.ticks.length * (widest + 12)) / width)
    return { ...scale, ticks: scale.ticks.filter((_, index) => index % every === 0) }
  }
}

function* valuesOfX({ series, points = [], marker }: LineChartProps): Generator<number> {
  for (const each of series) for (const { x } of each.points) yield x
  for (const { x } of points) yield x
  if (marker !== undefined) yield marker.x
}

function* valuesOfY({ series, points = [], levels = [] }: LineChartProps): Generator<number> {
  for (const { y } of levels) yield y
  for (const { y, low = y, high = y } of points) yield* [y, low, high]
  const values = series.flatMap((line) => line.points).filter(({ y }) => Number.isFinite(y))
  for (const { y } of values) yield y
  yield* endsOfRibbons(values)
}

/** A ribbon may be so many times as wide as usual before it goes beyond the frame. */
const mostOfUsual = 2

/**
 * The ends of intervals that the axis has room for: a few that are much wider than the others go beyond the frame, because what
 * they say would else be all that can be seen.
 */
function* endsOfRibbons(values: readonly ChartValue[]): Generator<number> {
  const above = values.flatMap(({ y, high }) => (high === undefined ? [] : [high - y]))
  const below = values.flatMap(({ y, low }) => (low === undefined ? [] : [y - low]))
  if (above.length + below.length === 0) return
  const [least, most] = values.reduce(
    ([low, high], { y }) => [Math.min(low, y), Math.max(high, y)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  const room = (widths: readonly number[]) => Math.max((most - least) / 2, mostOfUsual * findMedian(widths))
  const [highest, lowest] = [most + room(above), least - room(below)]
  for (const { low, high } of values) {
    if (low !== undefined) yield Math.max(low, lowest)
    if (high !== undefined) yield Math.min(high, highest)
  }
}

function findMedian(values: readonly number[]): number {
  return values.toSorted((one, other) => one - other)[values.length >> 1] ?? 0
}
