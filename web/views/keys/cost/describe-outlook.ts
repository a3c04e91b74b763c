import type { KeyCostAnswer } from '../../../../src/server/admin/api/keys/routes.ts'
import { formatUsd, formatUsdInterval } from '../../../ui/format.ts'
import { formatDate } from '../format-days.ts'

const dayMs = 86_400_000

/** When the budget of the month is used up, as a sentence. */
export function describeOutlook(
  outlook: NonNullable<KeyCostAnswer['outlook']>,
  { usdPerMonth, today, monthEnd }: Pick<KeyCostAnswer, 'usdPerMonth' | 'today' | 'monthEnd'>,
): string {
  const budget = formatUsd(usdPerMonth)
  const dateOf = (day: number) => formatDate(today + day * dayMs)
  const whole = ({ usd, low, high }: { usd: number; low: number; high: number }) =>
    formatUsdInterval(usd, [low, high])
  switch (outlook.kind) {
    case 'spent':
      return `The ${budget} of this month are used up; the next ones are there on ${formatDate(monthEnd)}.`
    case 'ends': {
      const latest = outlook.latest === null ? 'or not this month' : `to ${dateOf(outlook.latest)}`
      const interval = outlook.latest === outlook.earliest ? '' : ` (${dateOf(outlook.earliest)} ${latest})`
      return `At this pace the ${budget} of this month are used up on about ${dateOf(outlook.day)}${interval}.`
    }
    case 'may-end':
      return `The ${budget} of this month probably last: ${whole(outlook.whole)} by its end. They may be used up on ${dateOf(outlook.earliest)} at the earliest.`
    case 'lasts':
      return `The ${budget} of this month last: ${whole(outlook.whole)} by its end.`
  }
}
