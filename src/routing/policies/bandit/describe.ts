import type { Contribution } from '../../routers/explanation.ts'
import type { RoutedChoice } from '../choice.ts'
import { formatPrice, formatQuality, joinClauses } from '../describe-candidates.ts'
import type { ChoiceDescription } from '../policy.ts'

/** A draw in words, with what speaks for the model against the one that is most likely, or next to most likely, to be drawn. */
export function describeDrawn(choice: RoutedChoice, ceilingUsd: number | null): ChoiceDescription {
  const { candidates, scores, propensities, uncertainty, model } = choice
  if (scores === null || propensities === undefined || uncertainty === undefined)
    return { summary: `${model.name} answers`, flipsAt: null, contributions: [] }
  const chosen = candidates.findIndex((candidate) => candidate.model === model)
  const other = findLikeliest(propensities, chosen)
  const { deviations, usdWeight } = uncertainty
  const amounts = (index: number) =>
    `expected quality ${formatQuality(scores[index]!)} ± ${formatQuality(deviations[index]!)}, ${formatPrice(candidates[index]!)}`
  const clauses = [
    `${model.name} was drawn with the probability ${formatQuality(propensities[chosen]!)} (${amounts(chosen)})`,
    other < 0
      ? ''
      : `${candidates[other]!.model.name} had ${formatQuality(propensities[other]!)} (${amounts(other)})`,
    ceilingUsd === null
      ? ''
      : `a dollar has to bring ${formatQuality(usdWeight / ceilingUsd)} of quality to keep to the ceiling`,
  ]
  return {
    summary: joinClauses(clauses),
    flipsAt: null,
    contributions: other < 0 ? [] : compare(choice, scores, chosen, other, usdWeight / (ceilingUsd ?? 1)),
  }
}

/** The likeliest other candidate; −1 if there is none. */
function findLikeliest(propensities: ArrayLike<number>, chosen: number): number {
  let found = -1
  for (let index = 0; index < propensities.length; index++)
    if (index !== chosen && propensities[index]! > (found < 0 ? 0 : propensities[found]!)) found = index
  return found
}

function compare(
  { candidates }: RoutedChoice,
  scores: ArrayLike<number>,
  chosen: number,
  other: number,
  qualityPerUsd: number,
): readonly Contribution[] {
  const usdOf = (index: number) => candidates[index]!.usd ?? 0
  return [
    { feature: 'expected quality', value: scores[chosen]!, effect: scores[chosen]! - scores[other]! },
    { feature: 'dollars', value: usdOf(chosen), effect: -qualityPerUsd * (usdOf(chosen) - usdOf(other)) },
  ]
    .filter(({ effect }) => effect !== 0)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
}
