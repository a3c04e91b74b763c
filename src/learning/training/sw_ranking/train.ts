import { z } from 'zod'
import { tensorsOfParameters } from '../../../routing/routers/sw_ranking/parameters.ts'
import { similarityWeightedLookup } from '../../../routing/routers/sw_ranking/router.ts'
import { countTiers, type SameTierMode } from '../../../routing/routers/sw_ranking/scoring.ts'
import type { CollectedComparisons } from '../collect-comparisons.ts'
import { type LookupTraining, trainLookup } from '../lookup-training.ts'
import type { TrainedRouter } from '../trained-router.ts'
import { optionSchemas, parseTrainingOptions } from '../training-options.ts'
import { fitSimilarityWeighted } from './fit.ts'

export type SimilarityWeightedTraining = LookupTraining & {
  /** How much more a battle over the most similar prompt counts than one over an unrelated prompt. Default 10. */
  readonly gamma?: number
  /** At most so many tiers of models. Default 10, as in the paper. */
  readonly tierCount?: number
  /** See `SameTierMode`. Default `standard`. */
  readonly mode?: SameTierMode
}

const tierOptions = z.object({ tierCount: optionSchemas.wholeFrom(2).default(10) })

/**
 * Creates an artifact of kind `sw_ranking` from comparisons between any number of models: their Elo ratings, their
 * tiers,
 * and the battles themselves with the embeddings of their prompts.
 *
 * The metrics and the calibration come from a sample of the prompts, each scored without its own battles.
 * Throws what `trainLookup` throws, `ConfigError` `same-tier-pair` if both models of the pair are in one tier.
 */
export function trainSimilarityWeighted(options: SimilarityWeightedTraining): Promise<TrainedRouter> {
  const { gamma = 10, mode = 'standard' } = options
  const { tierCount } = parseTrainingOptions(tierOptions, options)
  return trainLookup(options, {
    kind: 'sw_ranking',
    comparisons: 'all',
    options: { gamma, tierCount, mode },
    *fit(comparisons, prompts, pair) {
      const { models } = comparisons
      const parameters = fitSimilarityWeighted(models, battlesOf(comparisons), prompts, { tierCount })
      yield
      const indexed = similarityWeightedLookup({ parameters, pair, gamma, mode })
      yield
      const tensors = tensorsOfParameters(parameters)
      yield
      return {
        indexed,
        models,
        tensors,
        metrics: {
          tiers: countTiers(parameters.tiers),
          strongElo: parameters.ratings[models.indexOf(pair.strong)]!,
          weakElo: parameters.ratings[models.indexOf(pair.weak)]!,
        },
      }
    },
  })
}

function battlesOf({ modelA, modelB, winA, weight, vector }: CollectedComparisons) {
  const outcomes = Uint8Array.from(winA, (share) => (share === 1 ? 0 : share === 0 ? 1 : 2))
  return { modelA, modelB, outcomes, prompts: vector, weights: weight }
}
