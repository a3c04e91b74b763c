import type { RouterArtifact } from '../../base/artifact/router-artifact.ts'
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
  /** What a person should know about the result, one sentence or two each. */
  readonly warnings: readonly string[]
  /** What the trainer chose and why, if it had a choice. */
  readonly findings?: readonly string[]
  /** From a trainer that goes through the data several times. */
  readonly lossCurve?: LossCurve
}

/** Win rates in an artifact's calibration: evenly spaced quantiles, from 0 to 1 in steps of 0.5 %. */
export const calibrationQuantiles = 201
