import { hearAbort, runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { InvalidRequestError } from '../../errors.ts'
import { retainedQualityInterval } from '../../learning/evaluation/metrics/retained-quality.ts'
import { type Separation, separationOf } from '../../learning/evaluation/metrics/separation.ts'
import { type LabelPopulation, populationOf } from '../../learning/rows/label-counts.ts'
import { type QualityThreshold, thresholdForQuality } from '../../routing/calibration/quality.ts'
import { type ScoredLabels, scoreLabels } from './labels.ts'
import type { TargetOf } from './payload.ts'
import { type CalibrationRun, defaultConfidence } from './run.ts'
import { scorePromptFile, strongShare } from './win-rates.ts'

type Common = Omit<ScoredLabels, 'labels' | 'form'> & {
  readonly router: string
  readonly minQuality: number
  /** The number of labels. */
  readonly labels: number
  /** How well the router finds the labels that the weak model loses. Null if there are too few. */
  readonly separation: Separation | null
  /** What the quality is about. */
  readonly about: LabelPopulation
}

export type QualityCalibration = Common &
  (
    | Extract<QualityThreshold, { possible: false }>
    | (Extract<QualityThreshold, { possible: true }> & {
        readonly qualityInterval: readonly [low: number, high: number]
        readonly confidence: number
        /** The number of prompts that `strongCallFraction` is about, if it is not about the labels. */
        readonly prompts?: number
      })
  )

/** The threshold that keeps a part of the strong model's score, with the interval of the kept part. */
export async function calibrateQuality(
  run: CalibrationRun,
  target: TargetOf<'quality'>,
): Promise<QualityCalibration> {
  const { minQuality, confidence = defaultConfidence, seed = 0 } = target
  const { labels, form, ...read } = await scoreLabels(run, target.labels)
  if (form !== 'outcomes')
    throw new InvalidRequestError(
      'quality-without-scores',
      '--min-quality keeps a part of a score, and battles have none; give outcomes ({"prompt", "scores"}), or use --max-loss, which takes battles',
      { param: '--min-quality' },
    )
  const found = thresholdForQuality(labels, minQuality)
  await hearAbort(run.context.signal)
  const common = {
    router: run.router.name,
    minQuality,
    labels: labels.length,
    about: populationOf(labels),
    separation:
      separationOf(labels.map((label) => ({ ...label, weakLoses: label.strongScore > label.weakScore }))) ??
      null,
    ...read,
  }
  if (!found.possible) return { ...found, ...common }
  const qualityInterval = await runUntilAborted(
    retainedQualityInterval(labels, found.threshold, { confidence, seed }),
    run.context.signal,
  )
  if (target.prompts === undefined) return { ...found, ...common, qualityInterval, confidence }
  const prompts = await scorePromptFile(run, target.prompts)
  const winRates = prompts.map(({ strongWinRate }) => strongWinRate)
  return {
    ...found,
    ...common,
    qualityInterval,
    confidence,
    prompts: prompts.length,
    strongCallFraction: strongShare(winRates, found.threshold),
  }
}
