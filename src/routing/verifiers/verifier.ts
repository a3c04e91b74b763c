import type { ModelPair } from '../catalogue/model.ts'

/** A prompt and the weak model's answer to it, complete. */
export type WeakAnswer = {
  readonly prompt: string
  readonly answer: string
  /** Natural logarithms of the probabilities of the answer's tokens, in order. Absent: the model gave none. */
  readonly tokenLogprobs?: readonly number[]
  /** Further answers of the weak model to the same prompt. Absent: it was asked once. */
  readonly samples?: readonly string[]
}

/** Knows how much its reading tells, so that a request takes the cascade only where that pays (`chooseRoute`). */
export type MeasuredVerifier = Verifier & {
  /**
   * The distance of the evidence of wrong answers from that of right ones, beyond what the prompts show, in standard
   * deviations; 0: reading tells nothing. Measured on labels that were left out of the fit.
   */
  readonly separation: number
}

/** Reads the weak model's answer and estimates how likely the strong model's is strictly better. */
export type Verifier = {
  /** `[a-z0-9_-]+`: the name of the artifact's folder. */
  readonly name: string
  /** The models of its labels, as the labels name them. */
  readonly pair: ModelPair
  /**
   * The win rate of the strong model over this answer, in [0, 1]: the higher, the likelier the answer is wrong where the
   * strong model's would not be. Escalate at or above a threshold. Never NaN. The time is linear in the lengths, and of
   * long texts the beginning and the end are read.
   */
  strongWinRate(answer: WeakAnswer): number
  /**
   * The win rate from a fit without this prompt's label; undefined if the prompt was not among the labelled ones. A guarantee
   * on labels of the training uses these.
   */
  crossFittedWinRate(answer: WeakAnswer): number | undefined
  /** As in `CalibratedRouter`, over the answers that it was trained on, each scored without its label. */
  readonly winRateQuantiles: readonly number[]
}
