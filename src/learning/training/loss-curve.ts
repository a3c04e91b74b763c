import { curveStyle } from '../evaluation/reports/palette.ts'
import { formatPixels, svgFont } from '../evaluation/reports/svg.ts'

/** The loss of each epoch. */
export type LossCurve = {
  /** Mean logistic loss over the training comparisons of each epoch, in nats. */
  readonly training: readonly number[]
  /** The same over the held-out comparisons after each epoch. Empty if nothing is held out. */
  readonly validation: readonly number[]
  /** Counted from 1: the epoch whose weights were kept. */
  readonly keptEpoch: number
}

const width = 640
const height = 360
const plot = { x: 64, y: 40, width: 560, height: 264 }

/** The curve as one SVG: training and validation loss by epoch, the epoch that was kept marked. No script, no font file. */
export function lossCurveSvg({ training, validation, keptEpoch }: LossCurve): string {
  const losses = [...training, ...validation]
  const [lowest, highest] = [Math.min(...losses), Math.max(...losses)]
  const room = Math.max((highest - lowest) * 0.08, 1e-4)
  const [low, high] = [lowest - room, highest + room]
  const x = (epoch: number) => plot.x + (plot.width * (epoch - 0.5)) / training.length
  const y = (loss: number) => plot.y + (plot.height * (high - loss)) / (high - low)
  const lines = [
    { name: 'training', values: training, colour: 0 },
    { name: 'held out', values: validation, colour: 1 },
  ].filter(({ values }) => values.length > 0)
  const kept = (validation.length > 0 ? validation : training)[keptEpoch - 1]!
  const bottom = plot.y + plot.height
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Loss by epoch" ${svgFont} font-size="12">`,
    `<style>${curveStyle('auto')}</style>`,
    `<rect class="rl-background" width="${width}" height="${height}"/>`,
    ...[0, 0.25, 0.5, 0.75, 1].map((share) => {
      const loss = low + share * (high - low)
      return (
        `<path class="rl-grid" d="M${plot.x} ${formatPixels(y(loss))}h${plot.width}"/>` +
        `<text class="rl-muted" x="${plot.x - 8}" y="${formatPixels(y(loss) + 4)}" text-anchor="end">${loss.toFixed(4)}</text>`
      )
    }),
    `<path class="rl-axis" d="M${plot.x} ${bottom}h${plot.width}"/>`,
    ...[...new Set([1, Math.ceil(training.length / 2), training.length])].map(
      (epoch) =>
        `<text class="rl-muted" x="${formatPixels(x(epoch))}" y="${bottom + 18}" text-anchor="middle">${epoch}</text>`,
    ),
    `<text class="rl-muted" x="${plot.x + plot.width / 2}" y="${bottom + 38}" text-anchor="middle">epoch; mean logistic loss in nats, 0.693 is chance</text>`,
    ...lines.map(
      ({ name, values, colour }, index) =>
        `<path class="rl-line-${colour}" fill="none" stroke-width="2.2" stroke-linejoin="round" d="M${values.map((loss, epoch) => `${formatPixels(x(epoch + 1))} ${formatPixels(y(loss))}`).join('L')}"/>` +
        `<text class="rl-fill-${colour}" x="${plot.x + 8 + 90 * index}" y="28" font-weight="600">${name}</text>`,
    ),
    `<circle class="rl-fill-${lines.length - 1}" cx="${formatPixels(x(keptEpoch))}" cy="${formatPixels(y(kept))}" r="4"/>`,
    `<text class="rl-muted" x="${plot.x + plot.width}" y="28" text-anchor="end">kept: epoch ${keptEpoch}, ${kept.toFixed(4)}</text>`,
    '</svg>',
  ].join('\n')
}
