import { formatFixed } from '../../../src/base/text/format/format-number.ts'
import { formatSetting } from '../../../src/base/text/format/format-setting.ts'
import { LineChart } from '../../../src/charts/line-chart/line-chart.tsx'
import type { ChartPoint, ChartValue } from '../../../src/charts/line-chart/line-chart-props.ts'
import type { Plot } from '../../../src/charts/line-chart/plot.ts'
import type { CurveAnswer } from '../../../src/server/admin/api/curve/routes.ts'
import type { CurvePoint } from '../../../src/store/reader/answers/curve.ts'
import { useWidth } from '../../charts/use-width.ts'
import { formatShare, formatUsd } from '../../ui/format.ts'
import { formatDecimal } from './figure.tsx'
import { placeOptions, titleOf } from './options/placed-options.ts'
import { findBest } from './points.ts'

type CurveChartProps = {
  readonly answer: CurveAnswer
  /** The place of the point that the slider is at. */
  readonly chosen: number
  readonly onChoose: (place: number) => void
}

/**
 * Dollars against quality, or the share of strong calls against dollars as long as there are no labels: a line over all settings
 * with its intervals, and random choices of the same share as a baseline. The handle can be dragged.
 */
export function CurveChart({ answer, chosen, onChoose }: CurveChartProps) {
  const [element, width] = useWidth<HTMLDivElement>(720)
  const { points, policy, served, requests } = answer
  const hasQuality = points.every(({ quality }) => quality !== null)
  const toValue = (point: CurvePoint): ChartValue =>
    hasQuality
      ? { x: point.usd, y: point.quality!, ...toEnds(point.qualityInterval) }
      : { x: point.strong / requests, y: point.usd, ...toEnds(point.usdInterval) }
  // The line of a chart goes from left to right.
  const line = points.map(toValue).toSorted((one, other) => one.x - other.x)
  const [first, last] = [points[0]!, points.at(-1)!]
  const { x: servedX, y: servedY } = toValue(points[served]!)
  const ofPlaced = placeOptions(answer).placed.flatMap((option): readonly ChartPoint[] => {
    const { place, usd, strong, quality, usdInterval, qualityInterval, kind } = option
    const shown = { name: titleOf(option), className: kind === 'model' ? 'series-none' : 'series-2' }
    // On the curve, the ribbon is the interval.
    const [usdEnds, qualityEnds] = [usdInterval, qualityInterval].map((ends) =>
      place === null ? toEnds(ends) : {},
    )
    if (usd === null) return []
    if (hasQuality) return quality === null ? [] : [{ x: usd, y: quality, ...qualityEnds, ...shown }]
    return strong === null ? [] : [{ x: strong / requests, y: usd, ...usdEnds, ...shown }]
  })
  const dots: ChartPoint[] = [
    { x: servedX, y: servedY, name: 'in service', className: 'series-1' },
    ...(policy.measure === 'threshold'
      ? []
      : [
          { ...withoutEnds(toValue(first)), name: 'always the best', className: 'series-none' },
          { ...withoutEnds(toValue(last)), name: 'always the cheapest', className: 'series-none' },
        ]),
    // A policy of one model is where its model is.
    ...ofPlaced.filter(
      ({ x, y }, index) => ofPlaced.findIndex((one) => one.x === x && one.y === y) === index,
    ),
  ]
  const present = points[chosen]!
  const axis = hasQuality
    ? {
        x: { label: 'dollars of these requests', format: (usd: number) => formatUsd(usd) },
        y: { label: 'mean score of the answers', format: (score: number) => formatFixed(score, 2) },
      }
    : {
        x: {
          label: 'share of strong calls',
          format: (share: number) => formatShare(share),
          domain: [0, 1] as const,
        },
        y: { label: 'dollars of these requests', format: (usd: number) => formatUsd(usd) },
      }
  const drag = (plot: Plot) => {
    const choose = (event: PointerEvent) => {
      const area = event.currentTarget as SVGRectElement
      const svg = area.ownerSVGElement?.getBoundingClientRect()
      if (svg === undefined || svg.width === 0) return
      const x = plot.fromX(((event.clientX - svg.left) * width) / svg.width)
      onChoose(findBest(points, (point) => Math.abs(toValue(point).x - x)))
    }
    const { x, y } = toValue(present)
    return (
      <>
        <g class="handle">
          <line x1={plot.toX(x)} x2={plot.toX(x)} y1={plot.top} y2={plot.bottom} />
          <circle cx={plot.toX(x)} cy={plot.toY(y)} r="7" />
        </g>
        <rect
          class="drag-area"
          x={plot.left}
          y={plot.top}
          width={Math.max(0, plot.right - plot.left)}
          height={Math.max(0, plot.bottom - plot.top)}
          onPointerDown={(event) => {
            event.currentTarget.setPointerCapture(event.pointerId)
            choose(event)
          }}
          onPointerMove={(event) => {
            if (event.currentTarget.hasPointerCapture(event.pointerId)) choose(event)
          }}
        />
      </>
    )
  }
  const ends = [withoutEnds(toValue(first)), withoutEnds(toValue(last))].toSorted(
    (one, other) => one.x - other.x,
  )
  return (
    <div ref={element} class="curve-chart">
      <LineChart
        width={width}
        height={width < 480 ? 260 : Math.min(420, Math.round(width * 0.48))}
        title={hasQuality ? 'Dollars against quality' : 'Dollars by share of strong calls'}
        description={`In service at ${formatSetting(points[served]!.setting)}: ${describe(points[served]!, requests)}. Chosen, ${formatSetting(present.setting)}: ${describe(present, requests)}.`}
        series={[
          { name: `each ${policy.measure}`, className: 'series-0', points: line },
          { name: 'at random, in the same shares', className: 'series-none', points: ends, isDashed: true },
        ]}
        points={dots}
        verticals={[toValue(present).x]}
        xAxis={axis.x}
        yAxis={axis.y}
        hasLegend
      >
        {drag}
      </LineChart>
    </div>
  )
}

function describe({ usd, strong, quality }: CurvePoint, requests: number): string {
  return `${formatShare(strong / requests)} strong calls, ${formatUsd(usd)}${quality === null ? '' : `, quality ${formatDecimal(quality)}`}`
}

function toEnds(interval: readonly [number, number] | null): Pick<ChartValue, 'low' | 'high'> {
  return interval === null ? {} : { low: interval[0], high: interval[1] }
}

function withoutEnds({ x, y }: ChartValue): ChartValue {
  return { x, y }
}
