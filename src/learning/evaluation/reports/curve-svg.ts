import { toDisplayText } from '../../../base/text/display.ts'
import { formatFixed } from '../../../base/text/format/format-number.ts'
import { countTickDecimals } from '../../../charts/axis.ts'
import { drawChartFile } from '../../../charts/chart-file.tsx'
import type { ChartLine, LineChartProps } from '../../../charts/line-chart/line-chart-props.ts'
import { seriesClass } from '../../../charts/series-class.ts'
import { type ColourScheme, seriesColours } from '../../../charts/style/palette.ts'
import type { Evaluation, RouterEvaluation } from '../evaluation.ts'
import { baselineName, isLengthAmong, reportHeadline } from './report-table.ts'

/**
 * Quality against the share of strong calls, as one SVG: a curve for each router with its 95 % interval shaded, the
 * baselines and oracles dashed, the two models as level lines, and a legend below. Legible on light and dark
 * backgrounds. Needs no script and no font file.
 */
export function curveSvg(evaluation: Evaluation, options: { readonly scheme?: ColourScheme } = {}): string {
  const [headline = '', models = ''] = reportHeadline(evaluation)
  return drawChartFile({
    ...options,
    title: headline,
    subtitle: models,
    charts: [curveChart(evaluation, 820)],
  })
}

/** The curve without a heading, of so many pixels. */
export function curveChart(evaluation: Evaluation, width: number): LineChartProps {
  const { benchmark, unit, strong, weak } = evaluation
  const isNarrow = width < 600
  return {
    width,
    height: isNarrow ? 300 : 440,
    title: `Score against the share of strong calls on ${benchmark}`,
    series: linesOf(evaluation, isNarrow ? 24 : 40),
    hasLegend: true,
    levels: [
      { y: strong.score, label: 'strong model alone' },
      { y: weak.score, label: 'weak model alone', side: 'right' },
    ],
    xAxis: {
      label: 'prompts sent to the strong model, percent',
      format: String,
      domain: [0, 100],
      ticks: [0, 20, 40, 60, 80, 100],
    },
    yAxis: {
      label:
        unit === 'percent' ? 'mean score, percent' : unit === '1-10' ? 'mean score, 1 to 10' : 'mean score',
      format: (score, step) => formatFixed(score, countTickDecimals(step)),
      domain: scoreDomain(evaluation),
    },
  }
}

/** The legend has the APGR of each. */
function linesOf({ routers, baselines, oracle, ...rest }: Evaluation, longestName: number): ChartLine[] {
  const evaluation = { routers, baselines, oracle, ...rest }
  const lineOf = (
    name: string,
    { apgr, points }: RouterEvaluation,
    className: string,
    hasRibbon = false,
  ) => ({
    name: `${toDisplayText(name, longestName)} ${formatFixed(apgr, 3)}`,
    className,
    points: points.map(({ strongCallPercent, score, scoreInterval }) => ({
      x: strongCallPercent,
      y: score,
      // Intervals of baselines and oracles would hide the others.
      ...(hasRibbon && scoreInterval !== undefined && { low: scoreInterval[0], high: scoreInterval[1] }),
    })),
  })
  const baseline = (name: string) => baselineName(name, routers)
  return [
    ...routers.map((router, index) => ({
      ...lineOf(router.name, router, seriesClass(index % seriesColours), true),
      isDashed: index >= seriesColours,
    })),
    ...(isLengthAmong(evaluation)
      ? []
      : [lineOf(baseline('length'), baselines.length, 'series-none dash-dotted')]),
    lineOf(baseline('random'), baselines.random, 'series-none dashed'),
    ...(baselines.category === undefined
      ? []
      : [lineOf('category oracle', baselines.category, 'series-text dashed')]),
    lineOf('answer oracle', oracle, 'series-text dotted'),
  ]
}

/** The scale covers the curves, not the intervals, which the plot clips. */
function scoreDomain({ routers, baselines, oracle, strong, weak }: Evaluation): readonly [number, number] {
  const drawn = [...routers, baselines.length, oracle, ...(baselines.category ? [baselines.category] : [])]
  const scores = drawn.flatMap(({ points }) => points.map(({ score }) => score))
  const lowest = Math.min(weak.score, ...scores)
  const highest = Math.max(strong.score, ...scores)
  const room = (highest - lowest || 1) * 0.07
  return [lowest - room, highest + room]
}
