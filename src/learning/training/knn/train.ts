import { tensorsOfParameters } from '../../../routing/routers/knn/parameters.ts'
import {
  defaultBaseRateWeight,
  defaultNeighbours,
  nearestNeighboursLookup,
} from '../../../routing/routers/knn/router.ts'
import type { CollectedComparisons } from '../collect-comparisons.ts'
import { type LookupTraining, trainLookup } from '../lookup-training.ts'
import type { TrainedRouter } from '../trained-router.ts'
import { fitNearestNeighbours, type PairComparisons } from './fit.ts'

export type NearestNeighboursTraining = LookupTraining & {
  /** Neighbours that are asked. Default 40. */
  readonly k?: number
  /** Weight of the base rate, in comparisons on an identical prompt. Default 5. */
  readonly beta?: number
}

/**
 * Creates an artifact of kind `knn` from the comparisons between the strong and the weak model.
 *
 * The metrics and the calibration come from a sample of the prompts, each scored without itself. Throws what
 * `trainLookup` throws, `ConfigError` `invalid-neighbours` or `invalid-beta`.
 */
export function trainNearestNeighbours(options: NearestNeighboursTraining): Promise<TrainedRouter> {
  const { k = defaultNeighbours, beta = defaultBaseRateWeight } = options
  return trainLookup(options, {
    kind: 'knn',
    comparisons: 'pair',
    options: { k, beta },
    *fit(comparisons, prompts, pair) {
      const parameters = fitNearestNeighbours(pairComparisons(comparisons, pair.strong), prompts)
      yield
      const indexed = nearestNeighboursLookup({ parameters, pair, k, beta })
      yield
      const tensors = tensorsOfParameters(parameters)
      yield
      return { indexed, models: [pair.strong, pair.weak], tensors, metrics: {} }
    },
  })
}

/** Only the pair was collected, so every comparison is between these two models, in either order. */
function pairComparisons(
  { models, modelA, winA, weight, vector }: CollectedComparisons,
  strong: string,
): PairComparisons {
  const strongWins = winA.map((share, row) => (models[modelA[row]!] === strong ? share : 1 - share))
  return { prompts: vector, strongWins, weights: weight }
}
