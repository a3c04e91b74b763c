import type { CostForecast, Estimated } from './forecast-costs.ts'

/** What becomes of a budget until its period ends. Days count from today, which is 0. */
export type BudgetOutlook =
  | { readonly kind: 'spent' }
  /** `earliest` and `latest` are the ends of an interval; a null is a day after the period. */
  | { readonly kind: 'ends'; readonly day: number; readonly earliest: number; readonly latest: number | null }
  | { readonly kind: 'may-end'; readonly earliest: number; readonly whole: Estimated }
  /** `whole`: what the period will have cost. */
  | { readonly kind: 'lasts'; readonly whole: Estimated }

export type BudgetState = {
  readonly limitUsd: number
  /** Of the period until now. */
  readonly spentUsd: number
  readonly spentTodayUsd: number
  /** Of the period from today on, today included. */
  readonly daysLeft: number
}

/** When a budget is used up by a forecast whose first day is today. Null: the costs are not known. */
export function findBudgetOutlook(forecast: CostForecast, state: BudgetState): BudgetOutlook | null {
  const { limitUsd, spentUsd, spentTodayUsd, daysLeft } = state
  if (spentUsd >= limitUsd) return { kind: 'spent' }
  if (forecast.kind === 'unknown') return null
  const days = forecast.days.slice(0, daysLeft)
  /** All of the period, if it goes on until the end of that day. */
  const reached = (end: keyof Estimated, index: number) =>
    spentUsd + Math.max(0, days[index]!.total[end] - spentTodayUsd)
  const find = (end: keyof Estimated) => {
    const index = days.findIndex((_, each) => reached(end, each) >= limitUsd)
    return index === -1 ? null : index
  }
  const [day, earliest] = [find('usd'), find('high')]
  if (day !== null && earliest !== null) return { kind: 'ends', day, earliest, latest: find('low') }
  const last = days.length - 1
  const whole = { usd: reached('usd', last), low: reached('low', last), high: reached('high', last) }
  return earliest === null ? { kind: 'lasts', whole } : { kind: 'may-end', earliest, whole }
}
