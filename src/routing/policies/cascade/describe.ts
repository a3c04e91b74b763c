import { formatUsd } from '../../../base/text/format/format-number.ts'
import type { RoutedChoice } from '../choice.ts'
import type { ChoiceDescription } from '../policy.ts'
import type { CascadeOptions } from './options.ts'

/** A choice of a cascade, in words. Which candidates are excluded is said elsewhere. */
export function describeCascade(
  choice: RoutedChoice,
  options: CascadeOptions,
  escalatedShare: number,
): ChoiceDescription {
  return {
    summary: summarize(choice, options, escalatedShare),
    flipsAt: choice.strongWinRate,
    contributions: [],
  }
}

function summarize(choice: RoutedChoice, options: CascadeOptions, escalatedShare: number): string {
  const { model, candidates, check, strongWinRate, threshold, side } = choice
  const { verifier, candidates: observed } = options
  const [strong, weak] = [observed[0].model, observed[1].model]
  if (check !== null) {
    const further = check.samples === 0 ? '' : `, beside ${check.samples} further answers,`
    return (
      `${weak.name} is asked first and its answer${further} read: at a strong win rate of ${check.threshold} or more ` +
      `by the verifier ${verifier.name}, as for about ${Math.round(100 * escalatedShare)} % of its labelled answers, ` +
      `or after ${check.timeoutMs / 1000} s, ${strong.name} answers`
    )
  }
  if (strongWinRate !== null && threshold !== null)
    return side === 'strong'
      ? `strong win rate ${strongWinRate.toFixed(2)} ≥ ${threshold} (hardFrom), so ${model.name} answers at once`
      : `strong win rate ${strongWinRate.toFixed(2)} < ${threshold} (easyBelow), so ${model.name} answers and is not checked`
  const [dear, cheap] = candidates
  if (dear?.excluded !== null || cheap?.excluded !== null || dear.usd === null || cheap.usd === null)
    return `${model.name} is the only candidate that can answer`
  if (side === 'weak')
    return `${weak.name} answers and is not checked, because reading its answer is expected to cost more than it is worth`
  const expected = (1 + options.samples) * cheap.usd + escalatedShare * dear.usd
  if (expected < dear.usd)
    return `${strong.name} answers at once, because asking ${weak.name} first is expected to take too long or to cost more at equal quality`
  return `${strong.name} answers at once, because asking ${weak.name} first would cost ${formatUsd(expected)} on average and ${strong.name} alone costs ${formatUsd(dear.usd)}`
}
