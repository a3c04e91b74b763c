import {
  type ReplyLengths,
  toReplyTokens,
} from '../../../../routing/routers/few_label/models/reply-lengths.ts'
import { fewestLabels } from '../labels.ts'
import type { ModelLabels } from './model-labels.ts'
import { type Part, sumOfParts } from './parts.ts'
import { agreementOf, keptShare, weightedMean } from './shrinkage.ts'

export type ReplyLengthLearning = {
  readonly lengths: ReplyLengths
  /** [prompts, models] tokens predicted by fits without the prompt. */
  readonly leftOutTokens: Float64Array
  /** [models] the share of the variance of the logarithm of tokens that fits without the prompt explain; below 0 it is worse than the mean. */
  readonly explained: readonly number[]
}

/**
 * The natural logarithm of each model's output tokens, [models][prompts], NaN where they are not known; a reply of less than one
 * token counts as one. Null unless every model has tokens on `fewestLabels` prompts, since dollars that are predicted for some
 * models and an average for the others would not compare.
 */
export function replyLengthTargets({
  models,
  prompts,
  outputTokens,
}: ModelLabels): readonly Float64Array[] | null {
  const targets = models.map((_, model) =>
    Float64Array.from(prompts, (_, row) => Math.log(Math.max(1, outputTokens[row * models.length + model]!))),
  )
  const isKnown = (target: Float64Array) =>
    target.reduce((count, value) => count + (Number.isNaN(value) ? 0 : 1), 0) >= fewestLabels
  return targets.every(isKnown) ? targets : null
}

/**
 * Predicts the tokens of each model's reply: exp(level + share · (fit of the logarithm − its centre)), where the share is what
 * left-out labels support (`keptShare`). The level makes the mean prediction of left-out labels their mean, because the mean of a
 * skewed length is above the exponential of the mean logarithm. A prediction stays between the shortest and the longest reply of
 * the labels.
 *
 * @param targets of `replyLengthTargets`. @param parts the fit of each.
 */
export function learnReplyLengths(
  { models, outputTokens }: ModelLabels,
  targets: readonly Float64Array[],
  parts: readonly Part[],
  weights: Float64Array,
): ReplyLengthLearning {
  const learned = targets.map((target, model) => {
    const part = parts[model]!
    const rows = [...target.keys()].filter((row) => !Number.isNaN(target[row]!))
    const share = keptShare(agreementOf(target, part.leftOut, weights))
    const unscaled = part.leftOut.map((value) => share * (value - part.centre))
    const level = Math.log(
      weightedMean(target.map(Math.exp), rows, weights) / weightedMean(unscaled.map(Math.exp), rows, weights),
    )
    return {
      weights: sumOfParts(level, [{ part, share }]),
      leftOut: unscaled.map((value) => level + value),
      explained: explainedShare(target, unscaled, rows, weights),
      least: Math.exp(Math.min(...rows.map((row) => target[row]!))),
      most: Math.exp(Math.max(...rows.map((row) => target[row]!))),
    }
  })
  const lengths: ReplyLengths = {
    models: learned.map((each) => each.weights),
    least: Float32Array.from(learned, ({ least }) => least),
    most: Float32Array.from(learned, ({ most }) => most),
  }
  return {
    lengths,
    leftOutTokens: Float64Array.from(outputTokens, (_, cell) => {
      const row = Math.floor(cell / models.length)
      const model = cell - row * models.length
      return toReplyTokens(learned[model]!.leftOut[row]!, lengths, model)
    }),
    explained: learned.map(({ explained }) => explained),
  }
}

/** 1 − the variance of what is left of the target over its own. */
function explainedShare(
  target: Float64Array,
  predictions: Float64Array,
  rows: readonly number[],
  weights: Float64Array,
): number {
  const varianceOf = (values: Float64Array) => {
    const mean = weightedMean(values, rows, weights)
    return weightedMean(
      values.map((value) => (value - mean) ** 2),
      rows,
      weights,
    )
  }
  const variance = varianceOf(target)
  return variance === 0 ? 0 : 1 - varianceOf(target.map((value, row) => value - predictions[row]!)) / variance
}
