import type { Model } from '../../../routing/catalogue/model.ts'
import type { Decision } from '../../decide/decision.ts'

/**
 * The candidate to ask once the chosen model has answered that the request is longer than its context; null if there is
 * none. A model that the request named itself has none.
 *
 * It is one that was not excluded, is not the same upstream model at another effort, and has a larger context than the
 * chosen one, or one that is not known. The strong model of a pair falls to the weak one only if that is known to have a
 * larger context. The highest score comes first, then the fewest dollars, then the policy's order.
 */
export function findLargerCandidate(decision: Decision): Model | null {
  if (decision.kind === 'fixed-model') return null
  const { model: failed, candidates, side } = decision
  const scores = decision.kind === 'routed' ? decision.scores : null
  let best: { readonly model: Model; readonly score: number; readonly usd: number } | null = null
  for (const [index, { model, usd, excluded }] of candidates.entries()) {
    if (excluded !== null || !mayFit(model, failed, side === 'strong')) continue
    const score = scores?.[index] ?? Number.NaN
    const candidate = {
      model,
      score: Number.isNaN(score) ? Number.NEGATIVE_INFINITY : score,
      usd: usd ?? Number.POSITIVE_INFINITY,
    }
    if (
      best === null ||
      candidate.score > best.score ||
      (candidate.score === best.score && candidate.usd < best.usd)
    )
      best = candidate
  }
  return best?.model ?? null
}

function mayFit(model: Model, failed: Model, mustBeKnown: boolean): boolean {
  if (model.provider === failed.provider && model.upstream === failed.upstream) return false
  if (model.contextTokens === undefined || failed.contextTokens === undefined) return !mustBeKnown
  return model.contextTokens > failed.contextTokens
}
