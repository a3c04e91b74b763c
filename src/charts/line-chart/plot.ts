import type { AxisScale } from '../axis.ts'
import type { Box } from './crosses.ts'

/** Where the values of a chart are, in the pixels of its picture. */
export type Plot = Box & {
  readonly xScale: AxisScale
  readonly yScale: AxisScale
  readonly toX: (x: number) => number
  readonly toY: (y: number) => number
  /** The value at a place, such as that of the pointer; not beyond the ends of the axis. */
  readonly fromX: (pixels: number) => number
}
