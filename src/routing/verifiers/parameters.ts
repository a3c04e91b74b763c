import type { FewLabelParameters, Supports } from '../routers/few_label/parameters.ts'
import type { AnswerSpace } from './answer-space.ts'

/**
 * What the answer adds to the score of the prompt: features·f + terms·t + Σᵢ supportsᵢ exp(−½|f − fᵢ|²) over the labelled
 * answers i, with f and t of `AnswerPlace`.
 */
export type AnswerWeights = {
  /** [features] */
  readonly features: Float32Array
  /** [terms of the vocabulary] */
  readonly terms: Float32Array
  readonly supports: Supports
}

/** As of the router `few_label` for the prompt, and of the answer. The scale is that of the sum of both scores. */
export type VerifierParameters = FewLabelParameters & {
  readonly answer: { readonly space: AnswerSpace; readonly weights: AnswerWeights }
}
