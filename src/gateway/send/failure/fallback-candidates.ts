import type { Model } from '../../../routing/catalogue/model.ts'
import type { FallbackMode } from '../../../routing/policies/fallback-mode.ts'
import type { Decision } from '../../decide/decision.ts'

const mostFallbacks = 3

/**
 * The candidates to ask one after the other once the chosen model has failed; none for a model that the request named
 * itself.
 *
 * Excluded candidates, and another effort of the same upstream model, are left out. Of the candidates that are expected
 * to answer at least as well, the cheapest comes first; with `both` the weaker ones follow, the best first. Candidates
 * without a score, of a policy that has chosen without one, count as weaker.
 */
export function findFallbackCandidates(decision: Decision, mode: FallbackMode): readonly Model[] {
  if (decision.kind === 'fixed-model' || mode === 'none') return none
  const { model: chosen, candidates, side } = decision
  const scores = decision.kind === 'routed' ? decision.scores : null
  const scoreOf = (index: number) => scores?.[index] ?? Number.NaN
  const chosenScore = scoreOf(candidates.findIndex(({ model }) => model.name === chosen.name))
  const found = candidates.flatMap(({ model, usd, excluded }, index) => {
    if (excluded !== null || isSameUpstream(model, chosen)) return []
    const score = scoreOf(index)
    const isStronger = scores === null ? side === 'weak' : score >= chosenScore
    return [{ model, score, isStronger, usd: usd ?? Number.POSITIVE_INFINITY }]
  })
  const stronger = found
    .filter(({ isStronger }) => isStronger)
    .sort((one, other) => compare(one.usd, other.usd))
  const weaker = found
    .filter(({ isStronger }) => !isStronger)
    .sort((one, other) => compare(other.score, one.score))
  const order = mode === 'both' ? [...stronger, ...weaker] : stronger
  return order.slice(0, mostFallbacks).map(({ model }) => model)
}

const none: readonly Model[] = []

function isSameUpstream(one: Model, other: Model): boolean {
  return one.provider === other.provider && one.upstream === other.upstream
}

/** Equal numbers, infinities and NaN keep their order. */
function compare(one: number, other: number): number {
  return one < other ? -1 : one > other ? 1 : 0
}
