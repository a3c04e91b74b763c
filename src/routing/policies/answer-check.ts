import type { Model } from '../catalogue/model.ts'
import type { Verifier } from '../verifiers/verifier.ts'

/** Reads the chosen model's whole answer, and asks a stronger model if it looks wrong. */
export type AnswerCheck = {
  readonly verifier: Verifier
  /** In [0, 1]: from this win rate of the strong model on, `strong` answers. */
  readonly threshold: number
  /** The model that answers instead. */
  readonly strong: Model
  /** How long to wait for the answer that is read; then `strong` is asked. */
  readonly timeoutMs: number
  /** What was asked: the text that the verifier reads beside the answer. */
  readonly prompt: string
  /** How many further answers to the same request the chosen model is asked for, for the verifier to compare. */
  readonly samples: number
}
