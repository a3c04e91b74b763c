import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
import type { LearningCurve } from './few_label/learning-curve.ts'
import type { LossCurve } from './loss-curve.ts'

/** `done` of `total` prompts embedded, then of batches fitted; `loss` is null while embedding. */
export type TrainingProgress = {
  readonly stage: 'embed' | 'fit'
  readonly done: number
  readonly total: number
  /** The epoch's mean logistic loss so far, in nats: ln 2 = 0.693 is chance. */
  readonly loss: number | null
}

export type TrainedRouter = {
  readonly artifact: RouterArtifact
  /** Notes about the result for a person, one sentence or two each. */
  readonly warnings: readonly string[]
  /** The trainer's choices and their reasons, if it had a choice. */
  readonly findings?: readonly string[]
  /** From a trainer that makes several passes over the data. */
  readonly lossCurve?: LossCurve
  /** From a trainer that says what more labels would bring. */
  readonly learningCurve?: LearningCurve
}

/** Win rates in an artifact's calibration: evenly spaced quantiles, from 0 to 1 in steps of 0.5 %. */
export const calibrationQuantiles = 201
