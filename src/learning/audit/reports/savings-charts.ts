import { formatCount, formatPercent, formatUsd } from '../../../base/text/format/format-number.ts'
import type { ChartAxis } from '../../../charts/axis.ts'
import type { LineChartProps } from '../../../charts/line-chart/line-chart-props.ts'
import type { AuditReport } from '../audit-report.ts'
import type { ChosenBasis } from '../savings/threshold-lines.ts'
import { markLabels } from './report-text.ts'

const markClasses: Readonly<Record<ChosenBasis, string>> = {
  simple: 'series-warn',
  asked: 'series-warn',
  guarantee: 'series-text',
}

const weakShareAxis: ChartAxis = {
  label: 'of the routed requests go to the weak model',
  format: (share) => formatPercent(share),
  domain: [0, 1],
  ticks: [0, 0.25, 0.5, 0.75, 1],
}

/**
 * Dollars saved against the share of routed requests that go to the weak model, with the 95 % interval and the marked
 * thresholds.
 */
export function savingsChart({ curve, thresholds }: AuditReport, width: number): LineChartProps {
  const all = curve.at(-1)
  return {
    width,
    height: heightOf(width),
    title:
      all === undefined
        ? 'No saving to draw.'
        : `Dollars saved against the share of requests sent to the weak model: from ${formatUsd(0)} for none to ${formatUsd(all.savedUsd)} for all. The table below has the numbers.`,
    series: [
      {
        name: 'saved',
        className: 'series-good',
        points: curve.map(({ weakShare, savedUsd, savedUsdInterval: [low, high] }) => ({
          x: weakShare,
          y: savedUsd,
          low,
          high,
        })),
      },
    ],
    points: thresholds.flatMap(({ mark, weakShare, threshold, savedUsd }) =>
      mark === null
        ? []
        : [
            {
              x: weakShare,
              y: savedUsd,
              name: `${threshold} ${markLabels[mark].slice(2)}: ${formatUsd(savedUsd)}`,
              className: markClasses[mark],
            },
          ],
    ),
    xAxis: weakShareAxis,
    yAxis: {
      label: 'dollars saved',
      format: (value, step) =>
        step > 0 && Number.isInteger(step)
          ? `${value < 0 ? '−' : ''}$${formatCount(Math.abs(value))}`
          : formatUsd(value),
    },
  }
}

/** The measured loss against the same share. Undefined without labels. */
export function lossChart(
  { curve, thresholds, risk }: AuditReport,
  width: number,
): LineChartProps | undefined {
  if (risk.kind === 'unknown') return undefined
  return {
    width,
    height: heightOf(width),
    title: `Share of the labels that the weak model would answer and lose, against the share of requests sent to it. At most ${formatPercent(risk.maxLoss)} are allowed. The table below has the numbers.`,
    series: [
      {
        name: 'lost',
        className: 'series-0',
        points: curve.flatMap(({ weakShare, loss }) =>
          loss === null
            ? []
            : [{ x: weakShare, y: loss.share, low: loss.interval[0], high: loss.interval[1] }],
        ),
      },
    ],
    points: thresholds.flatMap(({ mark, weakShare, threshold, loss }) =>
      mark === null || loss === null
        ? []
        : [
            {
              x: weakShare,
              y: loss.share,
              name: `${threshold}: ${formatPercent(loss.share)}`,
              className: markClasses[mark],
            },
          ],
    ),
    levels: [{ y: risk.maxLoss, label: `${formatPercent(risk.maxLoss)} allowed`, className: 'series-bad' }],
    xAxis: weakShareAxis,
    yAxis: { label: 'of the labels are lost', format: (share) => formatPercent(share) },
  }
}

function heightOf(width: number): number {
  return width < 500 ? 270 : 330
}
