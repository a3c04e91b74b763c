import type { KeyCostAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { formatCount, formatUsd } from '../../../ui/format.ts'
import { formatDate } from '../format-days.ts'

const dayMs = 86_400_000

type Paced = Pick<
  KeyCostAnswer,
  'days' | 'forecast' | 'today' | 'monthEnd' | 'monthUsd' | 'usdPerMonth' | 'todayUsd'
>

/**
 * What is used a day, and when the budget of the month would be used up if it went on so, while there are too few days for a
 * forecast. Arithmetic: (budget − used this month) / mean of the past whole days. Null if there is a forecast, or nothing to divide.
 */
export function describePace({
  days,
  forecast,
  usdPerMonth,
  monthUsd,
  todayUsd,
  ...times
}: Paced): string | null {
  if (forecast.kind === 'known' || days.length === 0) return null
  const perDay = days.reduce((sum, { usd }) => sum + usd, 0) / days.length
  if (perDay === 0) return null
  const span = days.length === 1 ? 'the last whole day' : `the last ${formatCount(days.length)} whole days`
  const mean = `Plain arithmetic, no forecast: ${formatUsd(perDay)} a day on average of ${span}.`
  const missing = forecast.neededDays - forecast.days
  const possible = `A forecast is possible from ${formatDate(times.today + missing * dayMs)} on.`
  if (usdPerMonth === null || monthUsd >= usdPerMonth) return `${mean} ${possible}`
  // What today still lacks of an average day is part of what is to come.
  const daysLeft = (usdPerMonth - monthUsd + todayUsd) / perDay
  const end = times.today + daysLeft * dayMs
  const budget = `the ${formatUsd(usdPerMonth)} of this month`
  return end < times.monthEnd
    ? `${mean} At that pace ${budget} would be used up on ${formatDate(end)}. ${possible}`
    : `${mean} At that pace ${budget} would last until its end. ${possible}`
}
