import { formatPercent } from '../../../base/text/format/format-number.ts'
import type { HistogramProps } from '../../../charts/histogram.tsx'
import type { AuditReport } from '../audit-report.ts'

/** The win rates of the requests. Those below the chosen threshold are highlighted. */
export function winRateHistogram({ winRates, chosen }: AuditReport, width: number): HistogramProps {
  const first = winRates[0]?.from ?? 0
  const last = winRates.at(-1)?.to ?? 1
  const below = winRates.reduce((sum, { to, requests }) => sum + (to <= chosen.threshold ? requests : 0), 0)
  const all = winRates.reduce((sum, { requests }) => sum + requests, 0)
  return {
    width,
    height: width < 500 ? 220 : 240,
    title: `Win rates of ${all} requests from ${first} to ${last}; about ${formatPercent(all === 0 ? 0 : below / all)} are below the threshold ${chosen.threshold}.`,
    bars: winRates.map(({ from, to, requests }) => ({
      from,
      to,
      count: requests,
      className: to <= chosen.threshold ? 'series-good' : 'series-7 faint',
    })),
    xAxis: {
      label: 'win rate of the strong model: left is simple',
      format: (winRate) => String(Number(winRate.toFixed(4))),
    },
    marker: { x: chosen.threshold, label: `threshold ${chosen.threshold}` },
  }
}
