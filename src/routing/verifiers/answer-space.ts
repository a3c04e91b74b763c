import { createTermLookup, type KnownTerms, type Vocabulary } from '../routers/few_label/terms.ts'
import type { MeasuredAnswer } from './reading/answer-features.ts'
import { visitAnswerTerms } from './reading/answer-terms.ts'

/** Converts an answer to numbers, as learned from the answers of the labels. */
export type AnswerSpace = {
  /** [features] of the features of an answer, the mean and the standard deviation over those of which they say something. */
  readonly centres: Float32Array
  /** 0: the answers of the labels do not tell anything by this feature, so no answer has it. */
  readonly deviations: Float32Array
  readonly vocabulary: Vocabulary
}

/** One answer in that space. The arrays are reused: read them before the next answer. */
export type AnswerPlace = {
  /** [features] in standard deviations within ± 5, divided by √(features in use); 0 for one that says nothing. */
  readonly features: Float64Array
  readonly terms: KnownTerms
}

const featureLimit = 5

/** A function that places answers, with its own buffers. */
export function createAnswerPlacer({
  centres,
  deviations,
  vocabulary,
}: AnswerSpace): (answer: MeasuredAnswer) => AnswerPlace {
  const lookUp = createTermLookup(vocabulary, visitAnswerTerms)
  const used = deviations.reduce((count, deviation) => count + (deviation > 0 ? 1 : 0), 0)
  const perFeature = 1 / Math.sqrt(Math.max(1, used))
  const features = new Float64Array(centres.length)
  return ({ features: values, tokens }) => {
    for (const [feature, value] of values.entries()) {
      const deviation = deviations[feature]!
      const isTelling = deviation > 0 && !Number.isNaN(value)
      const standard = isTelling ? (value - centres[feature]!) / deviation : 0
      features[feature] = perFeature * Math.max(-featureLimit, Math.min(featureLimit, standard))
    }
    return { features, terms: lookUp(tokens) }
  }
}
