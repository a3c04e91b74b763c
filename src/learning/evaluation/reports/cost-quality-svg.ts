import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { formatFixed, formatUsd } from '../../../base/text/format/format-number.ts'
import { countTickDecimals } from '../../../charts/axis.ts'
import { drawChartFile } from '../../../charts/chart-file.tsx'
import { seriesClass } from '../../../charts/series-class.ts'
import { type ColourScheme, seriesColours } from '../../../charts/style/palette.ts'

/** A policy, or a model alone. */
export type CostQualityPoint = {
  readonly name: string
  /** Dollars per request, above 0. */
  readonly usd: number
  readonly score: number
  /** Drawn as a line through the point. */
  readonly scoreInterval?: Interval
  /** A model alone, not a policy. */
  readonly isModel: boolean
}

/** A policy at several settings. */
export type CostQualityCurve = {
  readonly name: string
  readonly points: readonly { readonly usd: number; readonly score: number }[]
}

export type CostQualityChart = {
  readonly heading: string
  readonly points: readonly CostQualityPoint[]
  readonly curves: readonly CostQualityCurve[]
  /** Default: `auto`. */
  readonly scheme?: ColourScheme
}

/**
 * Mean score against dollars per request, on a logarithmic scale, as one SVG: a point with its name for each policy and each
 * model alone, a line for each curve. Legible on light and dark backgrounds. Needs no script and no font file.
 */
export function costQualitySvg({ heading, points, curves, scheme = 'auto' }: CostQualityChart): string {
  const policies = points.filter(({ isModel }) => !isModel)
  const colourOf = (place: number) => seriesClass(place % seriesColours)
  return drawChartFile({
    title: heading,
    scheme,
    charts: [
      {
        width: 820,
        height: 460,
        title: heading,
        hasLegend: curves.length > 0,
        series: curves.map(({ name, points: way }, index) => ({
          name,
          className: colourOf(index),
          points: way.map(({ usd, score }) => ({ x: usd, y: score })),
        })),
        points: points.map((point) => ({
          x: point.usd,
          y: point.score,
          name: point.name,
          className: point.isModel ? 'series-none' : colourOf(curves.length + policies.indexOf(point)),
          ...(point.scoreInterval !== undefined && {
            low: point.scoreInterval[0],
            high: point.scoreInterval[1],
          }),
        })),
        xAxis: { label: 'dollars per request', scale: 'log', format: formatUsd },
        yAxis: {
          label: 'mean score',
          format: (score, step) => formatFixed(score, step === 0 ? 3 : countTickDecimals(step)),
        },
      },
    ],
  })
}
