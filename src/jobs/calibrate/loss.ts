import { hearAbort, mapInSteps, runUntilAborted } from '../../base/concurrency/run-steps.ts'
import { isAbove } from '../../base/math/decimals.ts'
import { normalizedText } from '../../base/text/text-identity.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type Separation, separationOf } from '../../learning/evaluation/metrics/separation.ts'
import { checkLabelWeights, type LabelPopulation, populationOf } from '../../learning/rows/label-counts.ts'
import { type Guarantee, guaranteedThreshold } from '../../routing/calibration/guarantee.ts'
import { requestsOf } from '../../routing/calibration/ordered-losses.ts'
import type { ModelPair } from '../../routing/catalogue/model.ts'
import type { LabelBasis } from '../../routing/routers/trained-prompts/label-origins.ts'
import { type ScoredLabels, scoreLabels } from './labels.ts'
import type { TargetOf } from './payload.ts'
import { type CalibrationRun, defaultConfidence } from './run.ts'
import { scorePromptFile, strongShare } from './win-rates.ts'

export type LossCalibration = Guarantee & {
  readonly router: string
  readonly maxLoss: number
  readonly confidence: number
  readonly nextRequests?: number
  readonly pair: ModelPair
  readonly lossMargin: number
  readonly basis: LabelBasis
  readonly crossFittedLabels: number
  /** How well the router finds the labels that the weak model loses. Null if there are too few. */
  readonly separation: Separation | null
  /** The requests that the labels stand for; as many as labels if the file does not say. */
  readonly requests: number
  /** What the promise is about. */
  readonly about: LabelPopulation
  /** Rows of the file that are no labels of the pair. */
  readonly otherRows: number
  /** The number of prompts that `strongCallFraction` is about, if it is not about the labels. */
  readonly prompts?: number
}

/**
 * The threshold at which at most `maxLoss` of the requests go to the weak model and fail although the strong one does
 * not.
 */
export async function calibrateLoss(run: CalibrationRun, target: TargetOf<'loss'>): Promise<LossCalibration> {
  const { maxLoss, confidence = defaultConfidence, nextRequests, lossMargin = 0 } = target
  const scored = await scoreLabels(run, target.labels)
  checkLabels(scored, lossMargin)
  const labels = await runUntilAborted(
    mapInSteps(scored.labels, ({ strongWinRate, strongScore, weakScore, prompt, requests }) => ({
      prompt,
      strongWinRate,
      weakLoses: isAbove(strongScore, weakScore + lossMargin),
      // The spellings of one prompt are one group.
      group: normalizedText(prompt),
      ...(requests !== undefined && { requests }),
    })),
    run.context.signal,
  )
  const guarantee = guaranteedThreshold(labels, {
    maxLoss,
    confidence,
    ...(nextRequests !== undefined && { requests: nextRequests }),
  })
  await hearAbort(run.context.signal)
  const { pair, basis, crossFittedLabels, otherRows } = scored
  const common = {
    router: run.router.name,
    maxLoss,
    confidence,
    ...(nextRequests !== undefined && { nextRequests }),
    pair,
    lossMargin,
    basis,
    crossFittedLabels,
    requests: requestsOf(scored.labels),
    about: populationOf(scored.labels),
    separation: separationOf(labels) ?? null,
    otherRows,
  }
  if (!guarantee.possible || target.prompts === undefined) return { ...guarantee, ...common }
  const counted = await measureShare(run, target.prompts, guarantee.threshold)
  return { ...guarantee, ...common, ...counted }
}

async function measureShare(run: CalibrationRun, file: string, threshold: number) {
  const winRates = (await scorePromptFile(run, file)).map(({ strongWinRate }) => strongWinRate)
  return { prompts: winRates.length, strongCallFraction: strongShare(winRates, threshold) }
}

function checkLabels({ labels, form }: ScoredLabels, lossMargin: number): void {
  checkLabelWeights(labels)
  if (form !== 'outcomes' && lossMargin > 0)
    throw new InvalidRequestError(
      'margin-without-scores',
      `--loss-margin ${lossMargin} compares scores, and battles have none: leave it out, and the weak model fails where the strong one wins`,
      { param: '--loss-margin' },
    )
}
