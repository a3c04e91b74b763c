import type { LabelledPrompts } from '../labelled-prompts/labelled-prompts.ts'
import type { BattleColumns } from './battle-columns.ts'
import type { SimilarityWeightedParameters } from './parameters.ts'
import { eloRatings, tiersOfRatings } from './tiers.ts'

export type SimilarityWeightedFitOptions = {
  /** At most so many tiers; fewer where there are fewer models. The paper has 10. */
  readonly tierCount: number
}

/** There is nothing to learn but the models' ratings and tiers: the battles themselves are the router. */
export function fitSimilarityWeighted(
  models: readonly string[],
  battles: BattleColumns,
  prompts: LabelledPrompts,
  { tierCount }: SimilarityWeightedFitOptions,
): SimilarityWeightedParameters {
  const ratings = eloRatings(models.length, battles)
  const tiers = tiersOfRatings(ratings, tierCount)
  return { models, ratings: Float32Array.from(ratings), tiers, battles, prompts }
}
