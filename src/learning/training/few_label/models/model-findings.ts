import { createRandom } from '../../../../base/math/random.ts'
import { formatFixed, formatSigned } from '../../../../base/text/format/format-number.ts'
import { bootstrapIntervalInSteps } from '../../../evaluation/metrics/bootstrap.ts'
import type { ModelLearning } from './learning.ts'
import type { ModelLabels } from './model-labels.ts'

export type ModelFindings = {
  /** For the manifest. Scores are in the unit of the labels. */
  readonly metrics: Readonly<Record<string, number>>
  readonly findings: readonly string[]
}

const decimals = 3

/**
 * What the predictions are good for, whatever a model costs: the mean score if each labelled prompt is answered by the model with
 * the highest left-out prediction, beside the best single model and the best possible choice. Measured on the prompts on which all
 * models have a score. `keptCommon` and `keptDifferences` are the shares of `ModelLearning.kept`.
 *
 * @param seed of the resamples. @yields after each of them.
 */
export function* modelFindings(
  { prompts, models, scores, weights }: ModelLabels,
  { leftOutScores, kept, replyLengths }: ModelLearning,
  seed: number,
): Generator<void, ModelFindings> {
  const count = models.length
  const explained = replyLengths && replyLengths.explained.reduce((sum, each) => sum + each, 0) / count
  const shares = {
    keptCommon: kept.common,
    keptDifferences: kept.differences,
    ...(explained !== null && { replyLengthExplained: explained }),
  }
  const ofLengths = explained === null ? [] : [lengthFinding(explained)]
  const rowOf = (values: Float64Array, row: number) => values.subarray(row * count, (row + 1) * count)
  const rows = [...prompts.keys()].filter((row) => rowOf(scores, row).every((score) => !Number.isNaN(score)))
  if (rows.length === 0)
    return {
      metrics: shares,
      findings: [
        'No labelled prompt has a score of every model, so that the choice among them was not measured.',
        ...ofLengths,
      ],
    }
  const own = rows.map((row) => rowOf(scores, row))
  const chosen = rows.map((row, place) => own[place]![highestPlace(rowOf(leftOutScores, row))]!)
  const meanOf = (valueAt: (place: number) => number, counts?: ArrayLike<number>) => {
    let [sum, total] = [0, 0]
    for (const [place, row] of rows.entries()) {
      const weight = weights[row]! * (counts?.[place] ?? 1)
      sum += weight * valueAt(place)
      total += weight
    }
    return sum / total
  }
  const alone = models.map((_, model) => meanOf((place) => own[place]![model]!))
  const best = highestPlace(Float64Array.from(alone))
  const difference = (counts?: ArrayLike<number>) =>
    meanOf((place) => chosen[place]! - own[place]![best]!, counts)
  const [low, high] = yield* bootstrapIntervalInSteps(difference, {
    rows: rows.length,
    random: createRandom(seed),
  })
  const metrics = {
    ...shares,
    completeLabels: rows.length,
    leftOutChoiceScore: meanOf((place) => chosen[place]!),
    bestModelScore: alone[best]!,
    leftOutChoiceOverBestLow: low,
    leftOutChoiceOverBestHigh: high,
    bestChoiceScore: meanOf((place) => Math.max(...own[place]!)),
  }
  const shown = (value: number) => formatFixed(value, decimals)
  return {
    metrics,
    findings: [
      `The model with the highest predicted score, each of ${rows.length} labels scored without itself: ${shown(metrics.leftOutChoiceScore)} on average; ${models[best]} alone ${shown(metrics.bestModelScore)} (difference ${formatSigned(low, decimals)} to ${formatSigned(high, decimals)}), the best possible choice ${shown(metrics.bestChoiceScore)}.`,
      ...(kept.differences > 0
        ? []
        : [
            'On labels left out of the fit, nothing that it says of one model against another agrees with what happened: the predicted differences are the mean ones. Label more prompts, or use one model.',
          ]),
      ...ofLengths,
    ],
  }
}

function lengthFinding(explained: number): string {
  const share = `${Math.round(100 * Math.max(0, explained))} %`
  return `The tokens of a reply are predicted for each prompt: on labels left out of the fit that explains ${share} of the variance of their logarithm, on average over the models.`
}

function highestPlace(values: Float64Array): number {
  return values.reduce((best, value, place) => (value > values[best]! ? place : best), 0)
}
