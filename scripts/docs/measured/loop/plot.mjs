// The picture of the simulated months in docs/loop.md.

const width = 860
const panel = { x: 76, plotWidth: 756, plotHeight: 210 }
const series = { loop: 'the loop, labels paid', builtin: 'the frozen router' }

/**
 * By day: what is saved so far, and how much worse the answers are than the strong model's. Lines are means over the months, ribbons
 * hold eight of ten months.
 *
 * @param results contents of benchmarks/results/loop.json
 * @param {{ curveStyle: (scheme: 'auto') => string, svgFont: string, formatPixels: (value: number) => string, findTickStep: (range: number, most: number) => number }} drawing
 */
export function monthsPicture({ drifting: { daily, months } }, drawing) {
  const { curveStyle, svgFont } = drawing
  const height = 640
  return `${[
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="Saving and quality of the loop and of the frozen router by day" ${svgFont} font-size="12">`,
    `<style>${curveStyle('auto')}</style>`,
    `<rect class="rl-background" width="${width}" height="${height}"/>`,
    `<text class="rl-text" x="${panel.x}" y="28" font-size="16" font-weight="600">${months} simulated months of changing work</text>`,
    ...Object.values(series).map(
      (name, place) =>
        `<text class="rl-fill-${place}" x="${panel.x + 200 * place}" y="50" font-weight="600">${name}</text>`,
    ),
    ...panelOf(daily, 'saved', 'saved so far, % of the strong model’s dollars of the month', 76, drawing),
    ...panelOf(daily, 'quality', 'quality of the day less the strong model’s, points', 350, drawing),
    `<text class="rl-muted" x="${panel.x + panel.plotWidth / 2}" y="${height - 12}" text-anchor="middle">day; lines are means, ribbons hold eight of ten months</text>`,
    '</svg>',
  ].join('\n')}\n`
}

function panelOf(daily, figure, title, top, { formatPixels, findTickStep }) {
  const bands = Object.keys(series).map((name) =>
    daily.map((day) => day[name][figure].map((value) => 100 * value)),
  )
  const values = [0, ...bands.flat(2)]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const y0 = top + 20
  const x = (day) => panel.x + (panel.plotWidth * (day + 1)) / daily.length
  const y = (value) => y0 + (panel.plotHeight * (high - value)) / (high - low)
  const step = findTickStep(high - low, 6)
  const ticks = Array.from(
    { length: Math.floor(high / step) - Math.ceil(low / step) + 1 },
    (_, place) => (Math.ceil(low / step) + place) * step,
  )
  const way = (points) =>
    points.map(([day, value]) => `${formatPixels(x(day))} ${formatPixels(y(value))}`).join('L')
  return [
    `<text class="rl-muted" x="${panel.x}" y="${top + 8}">${title}</text>`,
    ...ticks.map(
      (tick) =>
        `<path class="rl-grid" d="M${panel.x} ${formatPixels(y(tick))}h${panel.plotWidth}"/>` +
        `<text class="rl-muted" x="${panel.x - 8}" y="${formatPixels(y(tick) + 4)}" text-anchor="end">${Number(tick.toFixed(6))}</text>`,
    ),
    ...[1, 7, 14, 21, 28, daily.length]
      .filter((day, place, all) => all.indexOf(day) === place)
      .map(
        (day) =>
          `<text class="rl-muted" x="${formatPixels(x(day - 1))}" y="${y0 + panel.plotHeight + 16}" text-anchor="middle">${day}</text>`,
      ),
    ...bands.map(
      (band, place) =>
        `<path class="rl-band rl-fill-${place}" d="M${way([...band.map(([, , most], day) => [day, most]), ...band.map(([, least], day) => [day, least]).reverse()])}Z"/>`,
    ),
    ...bands.map(
      (band, place) =>
        `<path class="rl-line-${place}" fill="none" stroke-width="2.2" stroke-linejoin="round" d="M${way(band.map(([mean], day) => [day, mean]))}"/>`,
    ),
  ]
}
