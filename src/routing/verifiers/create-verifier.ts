import { dot } from '../../base/math/linear/vectors.ts'
import { sigmoid } from '../../base/math/sigmoid.ts'
import type { ModelPair } from '../catalogue/model.ts'
import { type BaseEmbedder, createPromptReader } from '../routers/few_label/prompt-space.ts'
import { scoreOf, similarityPart } from '../routers/few_label/score.ts'
import { createLeftOutLookup } from '../routers/trained-prompts/trained-prompts.ts'
import { type AnswerPlace, createAnswerPlacer } from './answer-space.ts'
import type { AnswerWeights, VerifierParameters } from './parameters.ts'
import { measureAnswer } from './reading/answer-features.ts'
import type { MeasuredVerifier } from './verifier.ts'

export type VerifierOptions = {
  readonly name: string
  readonly pair: ModelPair
  readonly parameters: VerifierParameters
  /** The embedder that the prompts' space was learned with. */
  readonly embedder: BaseEmbedder
  readonly winRateQuantiles: readonly number[]
  readonly separation: number
}

/**
 * The verifier that `routellm train cascade` fits: win rate σ(slope · (score of the prompt + score of the answer) + offset),
 * the first as of the router `few_label`.
 */
export function createVerifier(options: VerifierOptions): MeasuredVerifier {
  const { name, pair, parameters, embedder, winRateQuantiles, separation } = options
  const { space, weights, scale, answer: learned } = parameters
  const readPrompt = createPromptReader(space, embedder)
  const placeAnswer = createAnswerPlacer(learned.space)
  const crossFitted = createLeftOutLookup(parameters.trained)
  return {
    name,
    pair,
    strongWinRate(answer) {
      const score =
        scoreOf(weights, readPrompt(answer.prompt)) +
        answerScore(learned.weights, placeAnswer(measureAnswer(answer)))
      return sigmoid(scale.slope * score + scale.offset)
    },
    crossFittedWinRate: ({ prompt }) => crossFitted(prompt),
    winRateQuantiles,
    separation,
  }
}

/** What the answer adds; see `AnswerWeights`. */
export function answerScore({ features, terms, supports }: AnswerWeights, place: AnswerPlace): number {
  let sum = dot(features, place.features) + similarityPart(supports, place.features)
  for (let entry = 0; entry < place.terms.count; entry++)
    sum += terms[place.terms.terms[entry]!]! * place.terms.values[entry]!
  return sum
}
