import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { escapeMarkup } from '../../../base/text/display.ts'
import { formatFixed, formatUsd } from '../../../base/text/format/format-number.ts'
import { type ColourScheme, curveStyle, routerColours } from './palette.ts'
import { findTickStep, formatPixels, svgFont, textWidth } from './svg.ts'

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

const size = { width: 860, x: 64, y: 58, plotWidth: 768, plotHeight: 400 }
const legendRow = 20

/**
 * Mean score against dollars per request, on a logarithmic scale, as one SVG: a point for each policy and each model alone, a
 * line for each curve. Legible on light and dark backgrounds. Needs no script and no font file.
 */
export function costQualitySvg({ heading, points, curves, scheme = 'auto' }: CostQualityChart): string {
  const ends = points.flatMap(({ usd, scoreInterval }) =>
    (scoreInterval ?? []).map((score) => ({ usd, score })),
  )
  const scale = scaleOf([...points, ...ends, ...curves.flatMap((curve) => curve.points)])
  const named = [
    ...curves.map(({ name }) => name),
    ...points.filter(({ isModel }) => !isModel).map(({ name }) => name),
  ]
  const colourOf = (name: string) => String(named.indexOf(name) % routerColours)
  const height = size.y + size.plotHeight + 62 + legendRow * Math.ceil(named.length / 3)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size.width}" height="${height}" viewBox="0 0 ${size.width} ${height}" ` +
      `role="img" aria-label="${escapeMarkup(heading)}" ${svgFont} font-size="12">`,
    `<style>${curveStyle(scheme)}</style>`,
    `<rect class="rl-background" width="${size.width}" height="${height}"/>`,
    `<text class="rl-text" x="${size.x}" y="28" font-size="16" font-weight="600">${escapeMarkup(heading)}</text>`,
    axes(scale),
    ...curves.map(({ name, points: way }) => curveLine(way, colourOf(name), scale)),
    ...points.map((point) => mark(point, point.isModel ? 'baseline' : colourOf(point.name), scale)),
    ...named.map((name, place) => legendEntry(name, colourOf(name), place)),
    '</svg>',
  ].join('\n')
}

type Scale = {
  readonly x: (usd: number) => number
  readonly y: (score: number) => number
  readonly dollars: readonly number[]
  readonly scores: readonly number[]
}

function scaleOf(points: readonly { readonly usd: number; readonly score: number }[]): Scale {
  const usd = points.map((point) => Math.log10(point.usd))
  const scores = points.map((point) => point.score)
  const [left, right] = [Math.min(...usd) - 0.1, Math.max(...usd) + 0.1]
  const spread = Math.max(...scores) - Math.min(...scores) || 1
  const [low, high] = [Math.min(...scores) - 0.08 * spread, Math.max(...scores) + 0.08 * spread]
  const step = findTickStep(high - low, 8)
  const powers = Array.from(
    { length: Math.floor(right) - Math.floor(left) + 1 },
    (_, place) => Math.floor(left) + place,
  )
  return {
    x: (dollars) => size.x + (size.plotWidth * (Math.log10(dollars) - left)) / (right - left),
    y: (score) => size.y + size.plotHeight * (1 - (score - low) / (high - low)),
    dollars: powers
      .flatMap((power) => [1, 2, 5].map((times) => times * 10 ** power))
      .filter((each) => Math.log10(each) >= left && Math.log10(each) <= right),
    scores: Array.from(
      { length: Math.floor(high / step) - Math.ceil(low / step) + 1 },
      (_, place) => step * (Math.ceil(low / step) + place),
    ),
  }
}

function axes({ x, y, dollars, scores }: Scale): string {
  const bottom = size.y + size.plotHeight
  const gap = (scores[1] ?? 1) - (scores[0] ?? 0)
  const digits = Math.max(0, -Math.floor(Math.log10(gap + 1e-12)))
  return [
    ...scores.map(
      (score) =>
        `<path class="rl-grid" d="M${size.x} ${formatPixels(y(score))}h${size.plotWidth}"/>` +
        `<text class="rl-muted" x="${size.x - 8}" y="${formatPixels(y(score) + 4)}" text-anchor="end">${formatFixed(score, digits)}</text>`,
    ),
    ...dollars.map(
      (usd) =>
        `<path class="rl-grid" d="M${formatPixels(x(usd))} ${size.y}v${size.plotHeight}"/>` +
        `<text class="rl-muted" x="${formatPixels(x(usd))}" y="${bottom + 18}" text-anchor="middle">${formatUsd(usd)}</text>`,
    ),
    `<path class="rl-axis" d="M${size.x} ${bottom}h${size.plotWidth}"/>`,
    `<text class="rl-muted" x="${size.x + size.plotWidth / 2}" y="${bottom + 38}" text-anchor="middle">dollars per request</text>`,
    `<text class="rl-muted" transform="translate(16 ${size.y + size.plotHeight / 2}) rotate(-90)" text-anchor="middle">mean score</text>`,
  ].join('\n')
}

function curveLine(points: CostQualityCurve['points'], colour: string, { x, y }: Scale): string {
  const path = points.map(({ usd, score }) => `${formatPixels(x(usd))} ${formatPixels(y(score))}`).join('L')
  return `<path class="rl-line-${colour}" fill="none" stroke-width="2.2" stroke-linejoin="round" d="M${path}"/>`
}

/** A model has its name beside it; a policy has its name in the legend. */
function mark(
  { name, usd, score, scoreInterval, isModel }: CostQualityPoint,
  colour: string,
  { x, y }: Scale,
): string {
  const [left, top] = [x(usd), y(score)]
  const isRight = left + textWidth(name) > size.x + size.plotWidth
  const interval =
    scoreInterval === undefined
      ? ''
      : `<path class="rl-line-${colour}" stroke-width="1.4" d="M${formatPixels(left)} ${formatPixels(y(scoreInterval[0]))}V${formatPixels(y(scoreInterval[1]))}"/>`
  const text = isModel
    ? `<text class="rl-muted" x="${formatPixels(left + (isRight ? -8 : 8))}" y="${formatPixels(top + 16)}"${isRight ? ' text-anchor="end"' : ''}>${escapeMarkup(name)}</text>`
    : ''
  return `${interval}<circle class="rl-line-${colour} rl-fill-${colour}" stroke-width="1.4" cx="${formatPixels(left)}" cy="${formatPixels(top)}" r="5"/>${text}`
}

function legendEntry(name: string, colour: string, place: number): string {
  const x = size.x + (place % 3) * (size.plotWidth / 3)
  const y = size.y + size.plotHeight + 62 + legendRow * Math.floor(place / 3)
  return (
    `<path class="rl-line-${colour}" fill="none" stroke-width="3" d="M${formatPixels(x)} ${y - 4}h22"/>` +
    `<text class="rl-text" x="${formatPixels(x + 30)}" y="${y}">${escapeMarkup(name)}</text>`
  )
}
