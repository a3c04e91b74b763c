import type { BenchmarkRow } from '../benchmark.ts'

/** The mean score of the strong model less that of the weak one, with its standard error over distinct prompts. */
export type Gap = { readonly score: number; readonly standardError: number }

/**
 * APGR, CPT and recovered shares are divided by the gap. Their intervals are shown only if it is at least so many standard
 * errors: below, too many of them miss (docs/statistics.md has the simulation).
 */
export const leastGapErrors = 3

/** The gap of a benchmark. Each prompt is one draw, with all its rows. */
export function gapOf(rows: readonly BenchmarkRow[]): Gap {
  const sums = new Map<string, { gap: number; weight: number }>()
  for (const { prompt, strongScore, weakScore, weight = 1 } of rows) {
    const sum = sums.get(prompt) ?? { gap: 0, weight: 0 }
    sum.gap += weight * (strongScore - weakScore)
    sum.weight += weight
    sums.set(prompt, sum)
  }
  const prompts = [...sums.values()]
  const weight = prompts.reduce((sum, each) => sum + each.weight, 0)
  const score = prompts.reduce((sum, { gap }) => sum + gap, 0) / weight
  const squares = prompts.reduce((sum, each) => sum + (each.gap - score * each.weight) ** 2, 0)
  return { score, standardError: Math.sqrt(squares) / weight }
}

/** Whether intervals of what is divided by the gap can be shown. */
export function isGapClear({ score, standardError }: Gap): boolean {
  return score > 0 && score >= leastGapErrors * standardError
}
