import type { Candidate, RoutedChoice } from '../choice.ts'
import { formatPrice, formatQuality, formatUnpriced, joinClauses } from '../describe-candidates.ts'
import type { ChoiceDescription } from '../policy.ts'
import { compareUsd, findBest, findFlip } from './choose.ts'

/** A choice of the cheapest candidate that is good enough, in words. */
export function describeCheapest(
  { candidates, scores, model }: RoutedChoice,
  tolerance: number,
): ChoiceDescription {
  if (scores === null) {
    const summary = `${model.name} is the only candidate that can answer`
    return { summary, flipsAt: null, contributions: [] }
  }
  const chosen = candidates.findIndex((candidate) => candidate.model === model)
  const reason = summarize(candidates, scores, chosen, tolerance)
  return {
    summary: joinClauses([reason, formatUnpriced(candidates)]),
    flipsAt: findFlip(candidates, scores, chosen, tolerance),
    contributions: [],
  }
}

function summarize(
  candidates: readonly Candidate[],
  scores: ArrayLike<number>,
  chosen: number,
  tolerance: number,
): string {
  const best = findBest(candidates, scores)
  const [own, ofBest] = [candidates[chosen]!, candidates[best]!]
  const quality = formatQuality(scores[chosen]!)
  if (scores[chosen] !== scores[best]) {
    const loss = formatQuality(scores[best]! - scores[chosen]!)
    return `${own.model.name} is predicted to lose ${loss} against ${ofBest.model.name} (${quality} against ${formatQuality(scores[best]!)}), which is within the tolerance ${formatQuality(tolerance)}, and costs ${formatPrice(own)}; ${ofBest.model.name} would cost ${formatPrice(ofBest)}`
  }
  const isCheapest = candidates.every((other) => other.excluded !== null || compareUsd(other, own) >= 0)
  const reason = isCheapest
    ? 'no candidate costs less'
    : `every cheaper candidate is predicted to lose more than the tolerance ${formatQuality(tolerance)}`
  return `${own.model.name} has the best predicted quality (${quality}, for ${formatPrice(own)}), and ${reason}`
}
