import type { TrainedPrompts } from '../trained-prompts/trained-prompts.ts'
import type { Forest } from './forest/forest.ts'
import type { PromptSpace } from './prompt-space.ts'

/**
 * Parameters learned from labels: score = constant + prior·z + named·s + terms·t + Σᵢ buildᵢ exp(−½|s − sᵢ|²)
 * + Σᵢ meaningᵢ exp(−½|e − eᵢ|²) over the labelled prompts i + forest(inputs), with z, s, t, e and inputs of `PromptPlace`.
 * The higher the score, the more the strong model is needed; its unit is that of the fit's target.
 */
export type FewLabelWeights = {
  readonly constant: number
  readonly prior: number
  /** [named] */
  readonly named: Float32Array
  /** [terms of the vocabulary] */
  readonly terms: Float32Array
  /** Named features of the labelled prompts, [supports, named], and the factor of each; empty if there are none. */
  readonly build: Supports
  /** Their meanings, [supports, meaning]. */
  readonly meaning: Supports
  /** Its values are parts of the score; no trees if there is none. */
  readonly forest: Forest
}

/** Labelled prompts that a new one is compared with, one row after the other, and the factor of each. */
export type Supports = { readonly rows: Float32Array; readonly factors: Float32Array }

/** The probability that the strong model's answer is strictly better is σ(slope · score + offset). */
export type WinRateScale = { readonly slope: number; readonly offset: number }

export type FewLabelParameters = {
  readonly space: PromptSpace
  readonly weights: FewLabelWeights
  readonly scale: WinRateScale
  /** The labelled prompts, with their win rates from fits without them. */
  readonly trained: TrainedPrompts
}
