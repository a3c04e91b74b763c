import type { LabelledPrompts } from '../../../routing/routers/labelled-prompts/labelled-prompts.ts'
import type { BattleColumns } from '../../../routing/routers/sw_ranking/battle-columns.ts'
import type { SimilarityWeightedParameters } from '../../../routing/routers/sw_ranking/parameters.ts'
import { eloRatings, tiersOfRatings } from '../../../routing/routers/sw_ranking/tiers.ts'

export type SimilarityWeightedFitOptions = {
  /** The largest number of tiers; fewer if there are fewer models. The paper has 10. */
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
