// The picture of the simulated months in docs/loop.md.

const series = { loop: 'the loop, labels paid', builtin: 'the frozen router' }

/**
 * By day: what is saved so far, and how much worse the answers are than the strong model's. Lines are means over the months, ribbons
 * hold eight of ten months.
 *
 * @param results contents of benchmarks/results/loop.json
 * @param drawChartFile of charts/chart-file
 */
export function monthsPicture({ drifting: { daily, months } }, drawChartFile) {
  return `${drawChartFile({
    title: `${months} simulated months of changing work`,
    subtitle: 'Lines are means, ribbons hold eight of ten months.',
    charts: [
      chartOf(daily, 'saved', 'saved so far, % of the strong model’s dollars of the month'),
      chartOf(daily, 'quality', 'quality of the day less the strong model’s, points'),
    ],
  })}\n`
}

function chartOf(daily, figure, label) {
  return {
    width: 820,
    height: 280,
    title: label,
    series: Object.entries(series).map(([name, title], place) => ({
      name: title,
      className: `series-${place}`,
      points: daily.map((day, index) => {
        const [y, low, high] = day[name][figure].map((value) => 100 * value)
        return { x: index + 1, y, low, high }
      }),
    })),
    xAxis: {
      label: 'day',
      format: String,
      domain: [1, daily.length],
      ticks: [...new Set([1, 7, 14, 21, 28, daily.length])],
    },
    yAxis: { label, format: (value) => String(Number(value.toFixed(6))).replace('-', '−') },
  }
}
