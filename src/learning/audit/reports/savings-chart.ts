import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { escapeMarkup } from '../../../base/text/display.ts'
import { formatCount, formatPercent, formatUsd } from '../../../base/text/format/format-number.ts'
import { findTickStep, formatPixels } from '../../evaluation/reports/svg.ts'
import type { AuditReport } from '../audit-report.ts'
import type { ChosenBasis, ThresholdLine } from '../savings/threshold-lines.ts'
import { markLabels } from './report-text.ts'

/** Width and height in units of the drawing. Screens and phones get different ones, so that text keeps its size. */
export type ChartSize = { readonly width: number; readonly height: number }

type BandPoint = { readonly x: number; readonly y: number; readonly interval: Interval }

type BandChart = {
  readonly label: string
  readonly xLabel: string
  readonly points: readonly BandPoint[]
  readonly marks: readonly (Pick<BandPoint, 'x' | 'y'> & {
    readonly kind: ChosenBasis
    readonly text: string
  })[]
  /** The highest allowed level. */
  readonly limit?: { readonly y: number; readonly text: string }
  readonly tick: (value: number, step: number) => string
}

/**
 * Dollars saved against the share of routed requests that go to the weak model, with the 95 % interval and the marked
 * thresholds. Colours are those of the page.
 */
export function savingsChart({ curve, thresholds }: AuditReport, size: ChartSize): string {
  return bandChart(
    {
      label: description(curve),
      xLabel: 'of the routed requests go to the weak model',
      points: curve.map(({ weakShare, savedUsd, savedUsdInterval }) => ({
        x: weakShare,
        y: savedUsd,
        interval: savedUsdInterval,
      })),
      marks: thresholds.flatMap(({ mark, weakShare, threshold, savedUsd }) =>
        mark === null
          ? []
          : [
              {
                kind: mark,
                x: weakShare,
                y: savedUsd,
                text: `${threshold} ${markLabels[mark].slice(2)}: ${formatUsd(savedUsd)}`,
              },
            ],
      ),
      tick: (value, step) =>
        step >= 1 ? `${value < 0 ? '−' : ''}$${formatCount(Math.abs(value))}` : formatUsd(value),
    },
    size,
  )
}

/** The measured loss against the same share. Empty without labels. */
export function lossChart({ curve, thresholds, risk }: AuditReport, size: ChartSize): string {
  if (risk.kind === 'unknown') return ''
  return bandChart(
    {
      label: `Share of the labels that the weak model would answer and lose, against the share of requests sent to it. At most ${formatPercent(risk.maxLoss)} are allowed. The table below has the numbers.`,
      xLabel: 'of the routed requests go to the weak model',
      points: curve.flatMap(({ weakShare, loss }) =>
        loss === null ? [] : [{ x: weakShare, y: loss.share, interval: loss.interval }],
      ),
      marks: thresholds.flatMap(({ mark, weakShare, threshold, loss }) =>
        mark === null || loss === null
          ? []
          : [{ kind: mark, x: weakShare, y: loss.share, text: `${threshold}: ${formatPercent(loss.share)}` }],
      ),
      limit: { y: risk.maxLoss, text: `${formatPercent(risk.maxLoss)} allowed` },
      tick: (value) => formatPercent(value),
    },
    size,
  )
}

function bandChart(
  { label, xLabel, points, marks, limit, tick }: BandChart,
  { width, height }: ChartSize,
): string {
  const values = [...points.flatMap(({ interval }) => [...interval]), limit?.y ?? 0]
  const plot = { left: 58, right: 14, top: 22, bottom: 42 }
  const ticks = ticksOf(Math.min(0, ...values), Math.max(0, ...values))
  const [low, high] = [ticks[0]!, ticks.at(-1)!]
  const x = (share: number) => plot.left + share * (width - plot.left - plot.right)
  const y = (value: number) =>
    plot.top + (1 - (value - low) / (high - low)) * (height - plot.top - plot.bottom)
  const at = (share: number, value: number) => `${formatPixels(x(share))} ${formatPixels(y(value))}`
  const upper = points.map((point) => at(point.x, point.interval[1]))
  const lower = points.map((point) => at(point.x, point.interval[0])).reverse()
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(label)}">`,
    ...ticks.map(
      (value) =>
        `<path class="${value === 0 ? 'axis' : 'grid'}" d="M${plot.left} ${formatPixels(y(value))}H${width - plot.right}"/>` +
        `<text class="tick" x="${plot.left - 8}" y="${formatPixels(y(value) + 4)}" text-anchor="end">${tick(value, ticks[1]! - ticks[0]!)}</text>`,
    ),
    ...[0, 0.25, 0.5, 0.75, 1].map(
      (share) =>
        `<text class="tick" x="${formatPixels(x(share))}" y="${height - plot.bottom + 18}" text-anchor="${share === 1 ? 'end' : 'middle'}">${formatPercent(share)}</text>`,
    ),
    `<text class="tick" x="${formatPixels(x(0.5))}" y="${height - 6}" text-anchor="middle">${escapeMarkup(xLabel)}</text>`,
    `<path class="band" d="M${[...upper, ...lower].join('L')}Z"/>`,
    ...(limit === undefined
      ? []
      : [
          `<path class="limit" d="M${plot.left} ${formatPixels(y(limit.y))}H${width - plot.right}"/>`,
          `<text class="tick" x="${plot.left + 6}" y="${formatPixels(y(limit.y) - 6)}">${escapeMarkup(limit.text)}</text>`,
        ]),
    `<path class="line" d="M${points.map((point) => at(point.x, point.y)).join('L')}"/>`,
    ...markLabelsOf(
      marks.map((mark) => ({ ...mark, x: x(mark.x), y: y(mark.y) })),
      height - plot.bottom,
      width,
    ),
    '</svg>',
  ].join('\n')
}

/** The height of a line of text. */
const lineHeight = 16

/**
 * Curves rise to the right, so there is room above a point on the left and below it on the right. Labels that would
 * overlap are put above or below each other.
 *
 * @param marks in pixels. @param bottom the lowest point of the plot.
 */
function markLabelsOf(marks: BandChart['marks'], bottom: number, width: number): string[] {
  const taken: number[] = []
  return marks.map((mark) => {
    const toLeft = mark.x > width / 2
    const step = toLeft ? -lineHeight : lineHeight
    let baseline = toLeft ? Math.max(14, mark.y - 10) : Math.min(bottom - 6, mark.y + 18)
    while (taken.some((other) => Math.abs(other - baseline) < lineHeight)) baseline += step
    taken.push(baseline)
    return markOf(mark, baseline, bottom, toLeft)
  })
}

function markOf(
  { kind, text, x, y }: BandChart['marks'][number],
  baseline: number,
  bottom: number,
  toLeft: boolean,
): string {
  return (
    `<path class="drop ${kind}" d="M${formatPixels(x)} ${formatPixels(y)}V${formatPixels(bottom)}"/>` +
    `<circle class="dot ${kind}" cx="${formatPixels(x)}" cy="${formatPixels(y)}" r="5"/>` +
    `<text class="mark" x="${formatPixels(toLeft ? x - 10 : x + 10)}" y="${formatPixels(baseline)}" text-anchor="${toLeft ? 'end' : 'start'}">${escapeMarkup(text)}</text>`
  )
}

function description(curve: readonly ThresholdLine[]): string {
  const all = curve.at(-1)
  return all === undefined
    ? 'No saving to draw.'
    : `Dollars saved against the share of requests sent to the weak model: from ${formatUsd(0)} for none to ${formatUsd(all.savedUsd)} for all. The table below has the numbers.`
}

/** A histogram of the win rates. Those below the chosen threshold are highlighted. */
export function winRateChart({ winRates, chosen }: AuditReport, { width, height }: ChartSize): string {
  const first = winRates[0]?.from ?? 0
  const last = winRates.at(-1)?.to ?? 1
  const most = Math.max(1, ...winRates.map(({ requests }) => requests))
  const plot = { left: 14, right: 14, top: 22, bottom: 42 }
  const x = (winRate: number) =>
    plot.left + ((winRate - first) / (last - first)) * (width - plot.left - plot.right)
  const bottom = height - plot.bottom
  const at = x(Math.min(last, Math.max(first, chosen.threshold)))
  const below = winRates.reduce((sum, { to, requests }) => sum + (to <= chosen.threshold ? requests : 0), 0)
  const all = winRates.reduce((sum, { requests }) => sum + requests, 0)
  const label = `Win rates of ${all} requests from ${first} to ${last}; about ${formatPercent(all === 0 ? 0 : below / all)} are below the threshold ${chosen.threshold}.`
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeMarkup(label)}">`,
    ...winRates.map(({ from, to, requests }) => {
      const high = (requests / most) * (bottom - plot.top)
      const kind = to <= chosen.threshold ? 'simple' : 'other'
      return `<rect class="bar-${kind}" x="${formatPixels(x(from) + 0.5)}" y="${formatPixels(bottom - high)}" width="${formatPixels(Math.max(1, x(to) - x(from) - 1))}" height="${formatPixels(high)}"/>`
    }),
    `<path class="axis" d="M${plot.left} ${bottom}H${width - plot.right}"/>`,
    `<path class="drop ${chosen.basis}" d="M${formatPixels(at)} ${plot.top - 6}V${bottom}"/>`,
    `<text class="mark" x="${formatPixels(at > width / 2 ? at - 6 : at + 6)}" y="${plot.top - 6}" text-anchor="${at > width / 2 ? 'end' : 'start'}">threshold ${chosen.threshold}</text>`,
    ...[first, (first + last) / 2, last].map(
      (winRate, index) =>
        `<text class="tick" x="${formatPixels(x(winRate))}" y="${bottom + 18}" text-anchor="${['start', 'middle', 'end'][index]}">${Number(winRate.toFixed(3))}</text>`,
    ),
    `<text class="tick" x="${width / 2}" y="${height - 6}" text-anchor="middle">win rate of the strong model: left is simple</text>`,
    '</svg>',
  ].join('\n')
}

/** A share as a bar as wide as its cell. */
export function shareBar(share: number): string {
  return `<svg class="share" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true"><rect class="bar-empty" width="100" height="8"/><rect class="bar-simple" width="${formatPixels(100 * Math.min(1, Math.max(0, share)))}" height="8"/></svg>`
}

/** Ticks at multiples of a round step, from at or below `low` to at or above `high`. */
function ticksOf(low: number, high: number): number[] {
  const range = high - low || 1
  const step = findTickStep(range, 6)
  const ticks: number[] = []
  for (
    let index = Math.floor(low / step + 1e-9);
    (index - 1) * step < high * (1 - 1e-9) || ticks.length < 2;
    index++
  )
    ticks.push(index * step)
  return ticks
}
