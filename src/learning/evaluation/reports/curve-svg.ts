import { escapeMarkup } from '../../../base/text/display.ts'
import { formatFixed } from '../../../base/text/format/format-number.ts'
import type { CurvePoint, Evaluation, RouterEvaluation } from '../evaluation.ts'
import { type ColourScheme, curveStyle, routerColours } from './palette.ts'
import { baselineName, isLengthAmong, reportHeadline } from './report-table.ts'
import { findTickStep, formatPixels, svgFont, textWidth } from './svg.ts'

export type CurveSvgOptions = {
  /** Default: `auto`. */
  readonly scheme?: ColourScheme
  /** Pixels of the picture, at least 320; text keeps its size. Default: 860. */
  readonly width?: number
  /** The benchmark and its models above the plot. Default: true. */
  readonly hasHeading?: boolean
}

type Curve = {
  readonly name: string
  readonly label: string
  /** Class suffix of its colour. */
  readonly colour: string
  readonly dashes: string
  readonly points: readonly CurvePoint[]
  readonly path: readonly Point[]
}

type Point = { readonly x: number; readonly y: number }

/** The place of the plot within the picture. */
type Frame = {
  readonly width: number
  readonly plot: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
}

function frameOf({ width = 860, hasHeading = true }: CurveSvgOptions): Frame {
  const x = width < 600 ? 44 : 64
  const right = width < 600 ? 12 : 28
  const y = hasHeading ? 86 : 34
  return { width, plot: { x, y, width: width - x - right, height: width < 600 ? 280 : 420 } }
}

const legendRow = 20

/**
 * Quality against the share of strong calls, as one SVG: a curve for each router with its 95 % interval shaded, the
 * baselines and oracles dashed, the two models as level lines, and a legend below. Legible on light and dark
 * backgrounds. Needs no script and no font file.
 */
export function curveSvg(evaluation: Evaluation, options: CurveSvgOptions = {}): string {
  const frame = frameOf(options)
  const { width, plot } = frame
  const scale = scoreScale(evaluation, frame)
  const curves = curvesOf(evaluation, scale.y, frame)
  const models = modelLines(evaluation, scale.y, frame)
  const legend = layOutLegend(curves, frame)
  const [headline = '', modelsLine = ''] = reportHeadline(evaluation)
  const height = plot.y + plot.height + 66 + legendRow * legend.rows
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `role="img" aria-label="${escapeMarkup(`Score against the share of strong calls on ${evaluation.benchmark}`)}" ${svgFont} font-size="12">`,
    `<style>${curveStyle(options.scheme ?? 'auto')}</style>`,
    `<rect class="rl-background" width="${width}" height="${height}"/>`,
    ...(options.hasHeading === false
      ? []
      : [
          `<text class="rl-text" x="${plot.x}" y="28" font-size="16" font-weight="600">${escapeMarkup(shortened(headline, 84))}</text>`,
          `<text class="rl-muted" x="${plot.x}" y="49">${escapeMarkup(shortened(modelsLine, 120))}</text>`,
        ]),
    `<text class="rl-muted" x="${plot.x}" y="${plot.y - 18}">${evaluation.metrics === 'exact' ? 'shaded: 95 % interval; ' : ''}legend: APGR, 0.5 is random</text>`,
    axes(evaluation, scale, frame),
    ...curves.map((curve) => band(curve, scale.y, frame)),
    ...models,
    ...curves.map(line).reverse(),
    ...curves.map((curve, index) => legendEntry(curve, legend.place(index))),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

type ScoreScale = { readonly y: (score: number) => number; readonly ticks: readonly number[] }

function curvesOf(evaluation: Evaluation, y: (score: number) => number, frame: Frame): Curve[] {
  const { routers, baselines, oracle } = evaluation
  const other = (name: string, { apgr, points }: RouterEvaluation, dashes: string) =>
    curve({ name, apgr, points, colour: 'baseline', dashes }, y, frame)
  return [
    ...routers.map(({ name, apgr, points }, index) =>
      curve(
        {
          name,
          apgr,
          points,
          colour: String(index % routerColours),
          dashes: index < routerColours ? '' : '9 3',
        },
        y,
        frame,
      ),
    ),
    ...(isLengthAmong(evaluation)
      ? []
      : [other(baselineName('length', routers), baselines.length, '7 3 2 3')]),
    other(baselineName('random', routers), baselines.random, '5 4'),
    ...(baselines.category === undefined ? [] : [other('category oracle', baselines.category, '3 3')]),
    other('answer oracle', oracle, '1.5 3'),
  ]
}

function curve(
  given: Pick<Curve, 'name' | 'colour' | 'dashes' | 'points'> & { readonly apgr: number },
  y: (score: number) => number,
  frame: Frame,
): Curve {
  const { name, apgr, points, colour, dashes } = given
  const path = points.map(({ strongCallPercent, score }) => ({
    x: xOf(strongCallPercent, frame),
    y: y(score),
  }))
  const room = frame.width < 600 ? 28 : 40
  return { name, label: `${shortened(name, room)} ${formatFixed(apgr, 3)}`, colour, dashes, points, path }
}

function scoreScale({ routers, baselines, oracle, strong, weak }: Evaluation, { plot }: Frame): ScoreScale {
  const drawn = [...routers, baselines.length, oracle, ...(baselines.category ? [baselines.category] : [])]
  const scores = drawn.flatMap(({ points }) => points.map(({ score }) => score))
  // The scale covers the curves, not the intervals, which the plot clips.
  const lowest = Math.min(weak.score, ...scores)
  const highest = Math.max(strong.score, ...scores)
  const room = (highest - lowest) * 0.07
  const [low, high] = [lowest - room, highest + room]
  const step = findTickStep(high - low, 8)
  const ticks: number[] = []
  for (let index = Math.ceil(low / step); index * step <= high; index++) ticks.push(index * step)
  return { ticks, y: (score) => plot.y + plot.height * (1 - (score - low) / (high - low)) }
}

function axes({ unit }: Evaluation, { y, ticks }: ScoreScale, frame: Frame): string {
  const { plot } = frame
  const bottom = plot.y + plot.height
  const digits = Math.max(0, -Math.floor(Math.log10(ticks[1]! - ticks[0]! + 1e-12)))
  const unitText =
    unit === 'percent' ? 'mean score, percent' : unit === '1-10' ? 'mean score, 1 to 10' : 'mean score'
  return [
    ...ticks.map(
      (tick) =>
        `<path class="rl-grid" d="M${plot.x} ${formatPixels(y(tick))}h${plot.width}"/>` +
        `<text class="rl-muted" x="${plot.x - 8}" y="${formatPixels(y(tick) + 4)}" text-anchor="end">${formatFixed(tick, digits)}</text>`,
    ),
    ...[0, 20, 40, 60, 80, 100].map(
      (percent) =>
        `<path class="rl-grid" d="M${formatPixels(xOf(percent, frame))} ${plot.y}v${plot.height}"/>` +
        `<text class="rl-muted" x="${formatPixels(xOf(percent, frame))}" y="${bottom + 18}" text-anchor="middle">${percent}</text>`,
    ),
    `<path class="rl-axis" d="M${plot.x} ${bottom}h${plot.width}"/>`,
    `<text class="rl-muted" x="${plot.x + plot.width / 2}" y="${bottom + 38}" text-anchor="middle">prompts sent to the strong model, percent</text>`,
    `<text class="rl-muted" transform="translate(${plot.x < 60 ? 10 : 16} ${plot.y + plot.height / 2}) rotate(-90)" text-anchor="middle">${unitText}</text>`,
  ].join('\n')
}

/** The models alone: level lines, named at the end where the curves are not. */
function modelLines({ strong, weak }: Evaluation, y: (score: number) => number, { plot }: Frame): string[] {
  return [
    { text: `strong model alone`, at: y(strong.score), left: true },
    { text: `weak model alone`, at: y(weak.score), left: false },
  ].map(({ text, at, left }) => {
    const x = left ? plot.x + 8 : plot.x + plot.width - textWidth(text) - 8
    return (
      `<path class="rl-axis" d="M${plot.x} ${formatPixels(at)}h${plot.width}" stroke-dasharray="2 4"/>` +
      `<text class="rl-muted" x="${formatPixels(x)}" y="${formatPixels(left ? at - 6 : at + 15)}">${text}</text>`
    )
  })
}

/** The interval of a router's score. Those of baselines and oracles are left out, because they hide the others. */
function band({ points, colour }: Curve, y: (score: number) => number, frame: Frame): string {
  const { plot } = frame
  if (colour === 'baseline' || points.some((point) => point.scoreInterval === undefined)) return ''
  const top = plot.y
  const bottom = plot.y + plot.height
  const edge = (end: 0 | 1) =>
    points.map(({ strongCallPercent, scoreInterval }) => {
      const height = Math.min(bottom, Math.max(top, y(scoreInterval![end])))
      return `${formatPixels(xOf(strongCallPercent, frame))} ${formatPixels(height)}`
    })
  return `<path class="rl-fill-${colour} rl-band" d="M${[...edge(1), ...edge(0).reverse()].join('L')}Z"/>`
}

function line({ path, ...look }: Curve): string {
  return strokeSvg(look, `M${path.map(({ x, y }) => `${formatPixels(x)} ${formatPixels(y)}`).join('L')}`)
}

function strokeSvg({ colour, dashes }: Pick<Curve, 'colour' | 'dashes'>, path: string): string {
  const thickness = colour === 'baseline' ? 1.4 : 2.2
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`
  return `<path class="rl-line-${colour}" fill="none" stroke-width="${thickness}" stroke-linejoin="round"${dash} d="${path}"/>`
}

type Legend = { readonly rows: number; readonly place: (index: number) => Point }

const legendSample = 28

/** Columns as wide as the longest label, filled from top to bottom. */
function layOutLegend(curves: readonly Curve[], { plot }: Frame): Legend {
  const widest = Math.max(...curves.map(({ label }) => textWidth(label)))
  const columns = Math.max(1, Math.min(4, Math.floor(plot.width / (legendSample + widest + 12))))
  const rows = Math.ceil(curves.length / columns)
  return {
    rows,
    place: (index) => ({
      x: plot.x + Math.floor(index / rows) * (plot.width / columns),
      y: plot.y + plot.height + 68 + (index % rows) * legendRow,
    }),
  }
}

/** A curve's line and its name. */
function legendEntry({ label, ...look }: Curve, { x, y }: Point): string {
  return (
    strokeSvg(look, `M${formatPixels(x)} ${y - 4}h${legendSample - 6}`) +
    `<text class="rl-text" x="${formatPixels(x + legendSample)}" y="${y}">${escapeMarkup(label)}</text>`
  )
}

function xOf(percent: number, { plot }: Frame): number {
  return plot.x + (plot.width * percent) / 100
}

function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text
}
