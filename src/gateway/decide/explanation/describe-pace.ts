import type { DecidedPace, PacedBudget } from '../decided-pace.ts'

/** The threshold of a decision, and what was compared with it; null if there is none. */
type Comparison = { readonly threshold: number | null; readonly strongWinRate: number | null }

/**
 * What a budget that is spent too fast did to a decision: `the threshold was raised from 0.500 to 0.667, because the daily
 * budget of the key "desk" was being spent too fast (pace 1.5); without that, the strong model would have been chosen`.
 */
export function describePace(pace: DecidedPace, { threshold, strongWinRate }: Comparison): string {
  const factor = formatPaceFactor(pace.factor)
  const cause = `because ${describeBudget(pace.budget)} was being spent too fast`
  const { ownThreshold } = pace
  if (ownThreshold === null || threshold === null)
    return `a dollar counted ${factor} times as much as usual, ${cause}`
  const [from, to] = formatApart(ownThreshold, threshold)
  const raised = `the threshold was raised from ${from} to ${to}, ${cause} (pace ${factor})`
  return isDecidedByPace(pace, { threshold, strongWinRate })
    ? `${raised}; without that, the strong model would have been chosen`
    : raised
}

/** Whether the weak model was chosen only because the threshold was raised. */
export function isDecidedByPace(
  { ownThreshold }: DecidedPace,
  { threshold, strongWinRate }: Comparison,
): boolean {
  if (ownThreshold === null || threshold === null || strongWinRate === null) return false
  return strongWinRate >= ownThreshold && strongWinRate < threshold
}

const periods = { usdPerDay: 'daily', usdPerMonth: 'monthly' } as const satisfies Record<
  PacedBudget['limit'],
  string
>

function describeBudget(budget: PacedBudget | null): string {
  if (budget === null) return 'a budget'
  const owner = budget.key === null ? 'this gateway' : `the key "${budget.key}"`
  return `the ${periods[budget.limit]} budget of ${owner}`
}

/** `1.91`; one that is hardly above 1 has as many digits as show it. */
export function formatPaceFactor(factor: number): string {
  const digits = Math.min(15, 1 - Math.floor(Math.log10(factor - 1)))
  return factor.toLocaleString('en', { maximumSignificantDigits: factor < 1.1 ? digits : 3 })
}

/** `0.517` and `0.747`: three digits, or as many as tell the two apart. */
function formatApart(one: number, other: number): readonly [string, string] {
  let digits = 3
  while (digits < 15 && one.toFixed(digits) === other.toFixed(digits)) digits++
  const format = (threshold: number) => threshold.toFixed(digits)
  return [format(one), format(other)]
}
