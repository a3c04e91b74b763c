import type { CurvePoint, Evaluation, RouterEvaluation } from '../evaluation.ts'
import { type ColourScheme, curveStyle, routerColours } from './curve-colours.ts'
import { type Box, nearestPoint, type PlacedLabel, type Point, placeLabels } from './label-placement.ts'
import { baselineName, reportHeadline } from './report-table.ts'

export type CurveSvgOptions = {
  /** `auto` unless told. */
  readonly scheme?: ColourScheme
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

const width = 860
const plot: Box = { x: 64, y: 86, width: 768, height: 420 }
const font = "font-family=\"system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif\""
const labelHeight = 16

/**
 * Quality against the share of strong calls, as one SVG: a curve for each router with its 95 % interval shaded, the
 * baselines and oracles dashed, the two models as level lines; every curve named where it runs. Legible on light and
 * dark backgrounds. Needs no script and no font file.
 */
export function curveSvg(evaluation: Evaluation, options: CurveSvgOptions = {}): string {
  const scale = scoreScale(evaluation)
  const curves = curvesOf(evaluation, scale.y)
  const models = modelLines(evaluation, scale.y)
  const placed = placeLabels(
    curves.map(({ path, label }) => ({ curve: path, width: textWidth(label), height: labelHeight })),
    plot,
    models.map(({ box }) => box),
    models.map(({ path }) => path),
  )
  const [headline = '', modelsLine = ''] = reportHeadline(evaluation)
  const unplaced = curves.filter((_, index) => placed[index] === undefined)
  const height = plot.y + plot.height + 56 + keyHeight(unplaced)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
      `role="img" aria-label="${escapeXml(`Score against the share of strong calls on ${evaluation.benchmark}`)}" ${font} font-size="12">`,
    `<style>${curveStyle(options.scheme ?? 'auto')}</style>`,
    `<rect class="rl-background" width="${width}" height="${height}"/>`,
    `<text class="rl-text" x="${plot.x}" y="28" font-size="16" font-weight="600">${escapeXml(shortened(headline, 84))}</text>`,
    `<text class="rl-muted" x="${plot.x}" y="49">${escapeXml(shortened(modelsLine, 120))}</text>`,
    `<text class="rl-muted" x="${plot.x}" y="68">${evaluation.metrics === 'exact' ? 'shaded: 95 % interval; ' : ''}beside each name: APGR, 0.5 is random</text>`,
    axes(evaluation, scale),
    ...curves.map((curve) => band(curve, scale.y)),
    ...models.map(({ svg }) => svg),
    ...curves.map(line).reverse(),
    ...placed.map((place, index) => (place === undefined ? '' : labelSvg(place, curves[index]!))),
    ...unplaced.map(keyEntry),
    '</svg>',
  ]
    .filter((part) => part !== '')
    .join('\n')
}

type ScoreScale = { readonly y: (score: number) => number; readonly ticks: readonly number[] }

function curvesOf({ routers, baselines, oracle }: Evaluation, y: (score: number) => number): Curve[] {
  const other = (name: string, { apgr, points }: RouterEvaluation, dashes: string) =>
    curve(name, apgr, points, 'baseline', dashes, y)
  return [
    ...routers.map(({ name, apgr, points }, index) =>
      curve(name, apgr, points, String(index % routerColours), index < routerColours ? '' : '9 3', y),
    ),
    other(baselineName('length', routers), baselines.length, '7 3 2 3'),
    other(baselineName('random', routers), baselines.random, '5 4'),
    ...(baselines.category === undefined ? [] : [other('category oracle', baselines.category, '3 3')]),
    other('answer oracle', oracle, '1.5 3'),
  ]
}

function curve(
  name: string,
  apgr: number,
  points: readonly CurvePoint[],
  colour: string,
  dashes: string,
  y: (score: number) => number,
): Curve {
  const path = points.map(({ strongCallPercent, score }) => ({ x: xOf(strongCallPercent), y: y(score) }))
  return { name, label: `${shortened(name, 40)} ${apgr.toFixed(3)}`, colour, dashes, points, path }
}

function scoreScale({ routers, baselines, oracle, strong, weak }: Evaluation): ScoreScale {
  const drawn = [...routers, baselines.length, oracle, ...(baselines.category ? [baselines.category] : [])]
  const scores = drawn.flatMap(({ points }) => points.map(({ score }) => score))
  // Intervals of the routers alone, clipped by the plot where they reach far beyond the curves.
  const lowest = Math.min(weak.score, ...scores)
  const highest = Math.max(strong.score, ...scores)
  const room = (highest - lowest) * 0.07
  const [low, high] = [lowest - room, highest + room]
  const step = tickStep(high - low)
  const ticks: number[] = []
  for (let index = Math.ceil(low / step); index * step <= high; index++) ticks.push(index * step)
  return { ticks, y: (score) => plot.y + plot.height * (1 - (score - low) / (high - low)) }
}

/** 1, 2 or 5 times a power of ten, so that there are four to ten ticks. */
function tickStep(range: number): number {
  const power = 10 ** Math.floor(Math.log10(range / 5))
  return [1, 2, 5, 10].map((factor) => factor * power).find((step) => range / step <= 8)!
}

function axes({ unit }: Evaluation, { y, ticks }: ScoreScale): string {
  const bottom = plot.y + plot.height
  const digits = Math.max(0, -Math.floor(Math.log10(ticks[1]! - ticks[0]! + 1e-12)))
  const unitText =
    unit === 'percent' ? 'mean score, percent' : unit === '1-10' ? 'mean score, 1 to 10' : 'mean score'
  return [
    ...ticks.map(
      (tick) =>
        `<path class="rl-grid" d="M${plot.x} ${px(y(tick))}h${plot.width}"/>` +
        `<text class="rl-muted" x="${plot.x - 8}" y="${px(y(tick) + 4)}" text-anchor="end">${tick.toFixed(digits)}</text>`,
    ),
    ...[0, 20, 40, 60, 80, 100].map(
      (percent) =>
        `<path class="rl-grid" d="M${px(xOf(percent))} ${plot.y}v${plot.height}"/>` +
        `<text class="rl-muted" x="${px(xOf(percent))}" y="${bottom + 18}" text-anchor="middle">${percent}</text>`,
    ),
    `<path class="rl-axis" d="M${plot.x} ${bottom}h${plot.width}"/>`,
    `<text class="rl-muted" x="${plot.x + plot.width / 2}" y="${bottom + 38}" text-anchor="middle">prompts sent to the strong model, percent</text>`,
    `<text class="rl-muted" transform="translate(16 ${plot.y + plot.height / 2}) rotate(-90)" text-anchor="middle">${unitText}</text>`,
  ].join('\n')
}

type ModelLine = { readonly box: Box; readonly path: readonly Point[]; readonly svg: string }

/** The models alone: level lines, named at the end where the curves are not. */
function modelLines({ strong, weak }: Evaluation, y: (score: number) => number): ModelLine[] {
  return [
    { text: `strong model alone`, at: y(strong.score), left: true },
    { text: `weak model alone`, at: y(weak.score), left: false },
  ].map(({ text, at, left }) => {
    const wide = textWidth(text)
    const x = left ? plot.x + 8 : plot.x + plot.width - wide - 8
    const top = left ? at - labelHeight - 2 : at + 3
    return {
      box: { x, y: top, width: wide, height: labelHeight },
      path: [
        { x: plot.x, y: at },
        { x: plot.x + plot.width, y: at },
      ],
      svg:
        `<path class="rl-axis" d="M${plot.x} ${px(at)}h${plot.width}" stroke-dasharray="2 4"/>` +
        `<text class="rl-muted" x="${px(x)}" y="${px(top + 12)}">${text}</text>`,
    }
  })
}

/** The interval of a router's score; baselines and oracles are drawn without, for the eye's sake. */
function band({ points, colour }: Curve, y: (score: number) => number): string {
  if (colour === 'baseline' || points.some((point) => point.scoreInterval === undefined)) return ''
  const top = plot.y
  const bottom = plot.y + plot.height
  const edge = (end: 0 | 1) =>
    points.map(({ strongCallPercent, scoreInterval }) => {
      const height = Math.min(bottom, Math.max(top, y(scoreInterval![end])))
      return `${px(xOf(strongCallPercent))} ${px(height)}`
    })
  return `<path class="rl-fill-${colour} rl-band" d="M${[...edge(1), ...edge(0).reverse()].join('L')}Z"/>`
}

function line({ path, colour, dashes }: Curve): string {
  const thickness = colour === 'baseline' ? 1.4 : 2.2
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`
  return (
    `<path class="rl-line-${colour}" fill="none" stroke-width="${thickness}" stroke-linejoin="round"${dash} ` +
    `d="M${path.map(({ x, y }) => `${px(x)} ${px(y)}`).join('L')}"/>`
  )
}

function labelSvg({ box, anchor }: PlacedLabel, { colour, label }: Curve): string {
  const end = nearestPoint(box, anchor)
  const text = `x="${px(box.x + 2)}" y="${px(box.y + 12)}" font-weight="${colour === 'baseline' ? 400 : 600}"`
  return [
    `<path class="rl-line-${colour}" stroke-width="1" d="M${px(anchor.x)} ${px(anchor.y)}L${px(end.x)} ${px(end.y)}"/>`,
    `<circle class="rl-fill-${colour}" cx="${px(anchor.x)}" cy="${px(anchor.y)}" r="2.6"/>`,
    // The halo is a text of its own, since not every renderer knows paint-order.
    `<text class="rl-halo" fill="none" stroke-width="4" stroke-linejoin="round" ${text}>${escapeXml(label)}</text>`,
    `<text class="rl-fill-${colour}" ${text}>${escapeXml(label)}</text>`,
  ].join('')
}

const keyColumns = 4

function keyHeight(entries: readonly Curve[]): number {
  return Math.ceil(entries.length / keyColumns) * 18
}

/** A curve whose label fits nowhere in the plot is named below it. */
function keyEntry({ colour, label, dashes }: Curve, index: number): string {
  const x = plot.x + (index % keyColumns) * (plot.width / keyColumns)
  const y = plot.y + plot.height + 60 + Math.floor(index / keyColumns) * 18
  const dash = dashes === '' ? '' : ` stroke-dasharray="${dashes}"`
  return (
    `<path class="rl-line-${colour}" stroke-width="2.2"${dash} d="M${px(x)} ${y - 4}h22"/>` +
    `<text class="rl-text" x="${px(x + 28)}" y="${y}">${escapeXml(label)}</text>`
  )
}

function xOf(percent: number): number {
  return plot.x + (plot.width * percent) / 100
}

/** Generous, so that labels stay apart in any sans-serif. */
function textWidth(text: string): number {
  return 6 + [...text].length * 7.1
}

function shortened(text: string, characters: number): string {
  return text.length > characters ? `${text.slice(0, characters - 1)}…` : text
}

function px(value: number): string {
  return String(Math.round(value * 10) / 10)
}

export function escapeXml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
