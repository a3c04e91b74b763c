import { LineChart } from '../../../../src/charts/line-chart/line-chart.tsx'
import type { ChartLine } from '../../../../src/charts/line-chart/line-chart-props.ts'
import { seriesClass } from '../../../../src/charts/series-class.ts'
import type { KeyCostAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { useWidth } from '../../../charts/use-width.ts'
import { formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { formatShortDate } from '../format-days.ts'

const dayMs = 86_400_000

/** Dollars a day: what they were, what they are expected to be with their interval, and the budgets. */
export function CostChart({ answer }: { answer: KeyCostAnswer }) {
  const [frame, width] = useWidth<HTMLDivElement>(700)
  const { forecast, days, today } = answer
  const coming = forecast.kind === 'known' ? forecast.days : []
  const lines: ChartLine[] = [
    {
      name: 'dollars a day',
      className: seriesClass(0),
      points: days.map(({ time, usd }) => ({ x: time, y: usd })),
    },
  ]
  if (coming.length > 0)
    lines.push({
      name: 'expected, with its 90 % interval',
      className: seriesClass(1),
      isDashed: true,
      points: coming.map(({ usd, low, high }, index) => ({ x: today + index * dayMs, y: usd, low, high })),
    })
  const [from, to] = [days[0]?.time ?? today, today + Math.max(1, coming.length - 1) * dayMs]
  const highest = Math.max(...days.map(({ usd }) => usd), ...coming.map(({ high }) => high))
  // A budget far above everything would flatten what is below it.
  for (const { name, usd, series } of findBudgets(answer))
    if (usd <= 2 * highest)
      lines.push({
        name,
        className: seriesClass(series),
        isDashed: true,
        points: [
          { x: from, y: usd },
          { x: to, y: usd },
        ],
      })
  return (
    <div ref={frame}>
      <LineChart
        width={width}
        height={220}
        title="Dollars a day"
        description={
          forecast.kind === 'known'
            ? `The coming 30 days: ${formatUsdInterval(forecast.usd, [forecast.low, forecast.high])}.`
            : 'The past days.'
        }
        series={lines}
        marker={{ x: today, label: 'today' }}
        xAxis={{
          label: 'day (UTC)',
          format: (time) => formatShortDate(time),
          domain: [from, to],
          ticks: findTicks(from, to, width),
        }}
        yAxis={{ label: 'dollars a day', format: (usd) => formatUsd(usd), hasZero: true }}
      />
    </div>
  )
}

function findBudgets({ usdPerDay, usdPerMonth, month, monthEnd }: KeyCostAnswer) {
  const days = (monthEnd - month) / dayMs
  return [
    ...(usdPerDay === null ? [] : [{ name: 'budget of a day', usd: usdPerDay, series: 4 }]),
    ...(usdPerMonth === null
      ? []
      : [{ name: 'budget of the month, evenly', usd: usdPerMonth / days, series: 3 }]),
  ]
}

/** Days of two weeks at most, else Mondays, as many as have room. 1 January 1970 was a Thursday. */
function findTicks(from: number, to: number, width: number): readonly number[] {
  const most = Math.max(2, width / 80)
  const [unitMs, first] = to - from <= 14 * dayMs ? [dayMs, 0] : [7 * dayMs, 4 * dayMs]
  const stepMs = unitMs * Math.max(1, Math.ceil((to - from) / unitMs / most))
  const ticks: number[] = []
  for (let time = first + Math.ceil((from - first) / unitMs) * unitMs; time <= to; time += stepMs)
    ticks.push(time)
  return ticks
}
