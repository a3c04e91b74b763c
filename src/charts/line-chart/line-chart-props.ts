import type { ComponentChildren } from 'preact'
import type { ChartAxis } from '../axis.ts'
import type { Plot } from './plot.ts'

/** A value with its interval, if it has one. */
export type ChartValue = {
  readonly x: number
  readonly y: number
  readonly low?: number
  readonly high?: number
}

export type ChartLine = {
  readonly name: string
  /** `seriesClass(index)`, `series-none` for what is compared with, or a class of one's own that sets `color`; also `dotted` or `dash-dotted`. */
  readonly className: string
  /** In the order of x. */
  readonly points: readonly ChartValue[]
  readonly isDashed?: boolean
}

export type ChartPoint = ChartValue & {
  /** Written beside the point. */
  readonly name: string
  readonly className: string
}

export type ChartLevel = {
  readonly y: number
  readonly label: string
  /** Default: `series-none`. */
  readonly className?: string
  /** The end that its label is at. Default: `left`, above the line; at the right it is below. */
  readonly side?: 'left' | 'right'
}

export type LineChartProps = {
  /** Pixels. Text keeps its size, so a chart of 390 px is drawn with `width={390}`. */
  readonly width: number
  /** Pixels of the plot and its axes; a legend is added below. */
  readonly height: number
  /** What the chart shows, for those who do not see it. */
  readonly title: string
  /** What it says, for those who do not see it: its figures in a sentence. */
  readonly description?: string
  readonly series: readonly ChartLine[]
  readonly points?: readonly ChartPoint[]
  readonly xAxis: ChartAxis
  readonly yAxis: ChartAxis
  /** A vertical line, such as the threshold in service. */
  readonly marker?: { readonly x: number; readonly label: string }
  /** Default: true if there is more than one line. */
  readonly hasLegend?: boolean
  /** Horizontal lines, such as a limit. */
  readonly levels?: readonly ChartLevel[]
  /** Where `children` draws vertical lines, which names of points should not cover. */
  readonly verticals?: readonly number[]
  /** What is drawn over the chart, such as a handle. */
  readonly children?: (plot: Plot) => ComponentChildren
}
