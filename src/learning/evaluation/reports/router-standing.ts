import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { formatFixed } from '../../../base/text/format/format-number.ts'
import type { Evaluation, RouterEvaluation } from '../evaluation.ts'

/**
 * A sentence for each router that these rows do not show to be of use: worse than chance, not better than chance, or not
 * better than prompt length. None for the others, and none without intervals.
 */
export function standingNotes(evaluation: Evaluation): string[] {
  return evaluation.routers.flatMap((router) => standingNote(router, evaluation) ?? [])
}

/** The sentence for one router of the evaluation; undefined if it is of use. */
export function standingNote(
  router: RouterEvaluation,
  { comparisons }: Pick<Evaluation, 'comparisons'>,
): string | undefined {
  return sentenceOf(router, intervalOverLength(router.name, comparisons))
}

/** Two routers are compared once, in the order in which they are named: `length` may be the first of them. */
function intervalOverLength(name: string, comparisons: Evaluation['comparisons']): Interval | undefined {
  if (name === 'length') return undefined
  const direct = comparisons.find(({ router, against }) => router === name && against === 'length')
  if (direct !== undefined) return direct.interval
  const reversed = comparisons.find(
    ({ router, against }) => router === 'length' && against === name,
  )?.interval
  return reversed === undefined ? undefined : [-reversed[1], -reversed[0]]
}

function sentenceOf(
  { name, apgrInterval }: RouterEvaluation,
  overLength: Interval | undefined,
): string | undefined {
  if (apgrInterval !== null) {
    const [low, high] = apgrInterval
    const shown = `APGR ${formatFixed(low, 3)} to ${formatFixed(high, 3)}; 0.5 is random`
    if (high < 0.5)
      return `Do not use ${name} for this pair: on these rows it is worse than chance (${shown}).`
    if (low <= 0.5) return `${name} is not shown to be better than chance on these rows (${shown}).`
  }
  if (overLength === undefined || overLength[0] > 0) return undefined
  return overLength[1] < 0
    ? `${name} is worse than the length of the prompt on these rows: use length, or train on labels of your own.`
    : `${name} is not shown to be better than the length of the prompt on these rows.`
}
