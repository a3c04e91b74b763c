import type { DecidedPace, PacedBudget } from '../decided-pace.ts'

/** The threshold of a decision, and what was compared with it; null if there is none. */
type Comparison = { readonly threshold: number | null; readonly strongWinRate: number | null }

/**
 * What a budget that is spent too fast did to a decision: `the threshold was raised from .500 to .667, because the daily
 * budget of the key "desk" was being spent too fast (pace 1.5); without that, the strong model would have been chosen`.
 */
export function describePace(pace: DecidedPace, { threshold, strongWinRate }: Comparison): string {
  const factor = pace.factor.toLocaleString('en', { maximumSignificantDigits: 2 })
  const cause = `because ${describeBudget(pace.budget)} was being spent too fast`
  const { ownThreshold } = pace
  if (ownThreshold === null || threshold === null)
    return `a dollar counted ${factor} times as much as usual, ${cause}`
  const raised = `the threshold was raised from ${formatThreshold(ownThreshold)} to ${formatThreshold(threshold)}, ${cause} (pace ${factor})`
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

/** `.517` */
function formatThreshold(threshold: number): string {
  return threshold.toFixed(3).replace(/^0(?=\.)/, '')
}
