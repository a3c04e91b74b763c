import { formatUsd } from '../../../base/text/format/format-number.ts'
import type { Candidate, RoutedChoice } from '../choice.ts'
import { formatExcluded, formatNames, formatQuality } from '../describe-candidates.ts'
import type { ChoiceDescription } from '../policy.ts'
import { compareUsd, findBest, findFlip } from './choose.ts'

/** A choice of the cheapest candidate that is good enough, in words. */
export function describeCheapest(
  { candidates, scores, model }: RoutedChoice,
  tolerance: number,
): ChoiceDescription {
  const chosen = candidates.findIndex((candidate) => candidate.model === model)
  const excluded = formatExcluded(candidates)
  if (scores === null)
    return describe([`${model.name} is the only candidate that can answer`, excluded], null)
  const unpriced = candidates.filter(({ usd, excluded: why }) => usd === null && why === null)
  return describe(
    [summarize(candidates, scores, chosen, tolerance), formatUnpriced(unpriced), excluded],
    findFlip(candidates, scores, chosen, tolerance),
  )
}

function describe(sentences: readonly string[], flipsAt: number | null): ChoiceDescription {
  return { summary: sentences.filter((each) => each !== '').join('; '), flipsAt, contributions: [] }
}

function summarize(
  candidates: readonly Candidate[],
  scores: ArrayLike<number>,
  chosen: number,
  tolerance: number,
): string {
  const best = findBest(candidates, scores)
  const { name } = candidates[chosen]!.model
  const quality = formatQuality(scores[chosen]!)
  if (scores[chosen] === scores[best]) {
    const cheaper = candidates.filter(
      (candidate) => candidate.excluded === null && compareUsd(candidate, candidates[chosen]!) < 0,
    )
    return cheaper.length === 0
      ? `${name} has the best predicted quality (${quality}), and no candidate costs less (${formatPrice(candidates[chosen]!)})`
      : `${name} has the best predicted quality (${quality}, ${formatPrice(candidates[chosen]!)}), and every cheaper candidate is predicted to lose more than the tolerance ${tolerance}`
  }
  const loss = formatQuality(scores[best]! - scores[chosen]!)
  const bestName = candidates[best]!.model.name
  return `${name} is predicted to lose ${loss} against ${bestName} (${quality} against ${formatQuality(scores[best]!)}), within the tolerance ${tolerance}, for ${formatPrice(candidates[chosen]!)} where ${bestName} costs ${formatPrice(candidates[best]!)}`
}

function formatPrice({ usd }: Candidate): string {
  return usd === null ? 'an unknown price' : `about ${formatUsd(usd)}`
}

function formatUnpriced(unpriced: readonly Candidate[]): string {
  if (unpriced.length === 0) return ''
  const names = formatNames(unpriced.map(({ model }) => model.name))
  return unpriced.length === 1
    ? `${names} has no price and counts as the dearest`
    : `${names} have no price and count as the dearest`
}
