import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import type { LearningCurve } from '../../learning/training/few_label/learning-curve.ts'
import type { LossCurve } from '../../learning/training/loss-curve.ts'
import type { TrainingProgress } from '../../learning/training/trained-router.ts'
import type { JobContext } from '../job.ts'

export type TrainResult = Pick<RouterManifest, 'kind' | 'pair' | 'metrics'> & {
  /** The models that it scores, if they were asked for. */
  readonly models?: readonly string[]
  /** The folder that was written. */
  readonly output: string
  /** The router's name. */
  readonly router: string
  /** Rows used for training. */
  readonly rows: number
  /** null for a router without calibration. */
  readonly calibrationPrompts: number | null
  /** The trainer's choices and their reasons. */
  readonly findings: readonly string[]
  readonly warnings: readonly string[]
  readonly lossCurve?: LossCurve
  readonly learningCurve?: LearningCurve
}

/** The trainers' progress as a job reports it. */
export function reportTraining(
  { onProgress }: JobContext,
  embedding = 'embedding',
): (progress: TrainingProgress) => void {
  return ({ stage, done, total, loss }) =>
    onProgress({
      stage: stage === 'embed' ? embedding : 'fitting',
      done,
      total,
      detail: loss === null ? '' : `loss ${loss.toFixed(4)}`,
    })
}
