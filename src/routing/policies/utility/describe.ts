import type { Contribution } from '../../routers/explanation.ts'
import { findBest } from '../cheapest-good-enough/choose.ts'
import type { RoutedChoice } from '../choice.ts'
import { formatPrice, formatQuality, formatUnpriced, joinClauses } from '../describe-candidates.ts'
import type { ChoiceDescription } from '../policy.ts'
import { findMostUseful, findParts, toUtility, type UtilityParts, type UtilityWeights } from './choose.ts'

/** A choice of the highest utility in words, with what speaks for it against the second best. */
export function describeMostUseful(
  { candidates, scores, model }: RoutedChoice,
  weights: UtilityWeights,
): ChoiceDescription {
  if (scores === null) {
    const summary = `${model.name} is the only candidate that can answer`
    return { summary, flipsAt: null, contributions: [] }
  }
  const chosen = candidates.findIndex((candidate) => candidate.model === model)
  const parts = findParts(candidates, scores)
  const utilities = parts.map((each) => toUtility(each, weights))
  const second = findMostUseful(candidates, utilities, chosen)
  const best = findBest(candidates, scores)
  const nameOf = (index: number) => candidates[index]!.model.name
  const amounts = (index: number) =>
    `predicted quality ${formatQuality(scores[index]!)}, ${formatPrice(candidates[index]!)}`
  const clauses = [
    `${nameOf(chosen)} has the highest utility, ${formatQuality(utilities[chosen]!)} (${amounts(chosen)})`,
    second < 0 ? '' : `${nameOf(second)} is next, ${formatQuality(utilities[second]!)} (${amounts(second)})`,
    best === chosen || best === second ? '' : `the best is ${nameOf(best)} (${amounts(best)})`,
    weights.usd === 0 ? '' : formatUnpriced(candidates),
  ]
  return {
    summary: joinClauses(clauses),
    flipsAt: null,
    contributions: second < 0 ? [] : compareParts(parts[chosen]!, parts[second]!, weights),
  }
}

/** What each part adds to the difference of two utilities, the largest first; parts that add nothing are left out. */
function compareParts(
  chosen: UtilityParts,
  second: UtilityParts,
  weights: UtilityWeights,
): readonly Contribution[] {
  const compare = (feature: string, part: keyof UtilityParts, sign: 1 | -1): Contribution => ({
    feature,
    value: chosen[part],
    effect: sign * weights[part] * (chosen[part] - second[part]),
  })
  return [
    compare('predicted quality', 'quality', 1),
    compare('dollars', 'usd', -1),
    compare('seconds to the first token', 'firstTokenSeconds', -1),
    compare('seconds per token', 'secondsPerOutputToken', -1),
  ]
    .filter(({ effect }) => effect !== 0)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
}
