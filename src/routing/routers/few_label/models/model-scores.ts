import { dot } from '../../../../base/math/linear/vectors.ts'
import type { FewLabelWeights } from '../parameters.ts'
import type { ScoredPlace } from '../prompt-space.ts'
import { termsPart, writeSimilarities } from '../score.ts'

/**
 * A function that scores every model for a prompt, as `scoreOf` does for each. All models have the same support rows, so the
 * similarities, which take most of the time, are computed once. @returns [models], new at each call.
 */
export function createModelScorer(models: readonly FewLabelWeights[]): (place: ScoredPlace) => Float64Array {
  const { build, meaning } = models[0]!
  const ofBuild = new Float64Array(build.factors.length)
  const ofMeaning = new Float64Array(meaning.factors.length)
  return (place) => {
    writeSimilarities(build.rows, place.named, ofBuild)
    writeSimilarities(meaning.rows, place.meaning, ofMeaning)
    return Float64Array.from(
      models,
      (weights) =>
        weights.constant +
        weights.prior * place.prior +
        dot(weights.named, place.named) +
        termsPart(weights, place) +
        dot(weights.build.factors, ofBuild) +
        dot(weights.meaning.factors, ofMeaning),
    )
  }
}
