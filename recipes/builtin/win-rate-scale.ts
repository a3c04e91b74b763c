import { runAtOnce } from '../../src/base/concurrency/run-steps.ts'
import { DataError } from '../../src/errors.ts'
import {
  fitOffset,
  fitPlatt,
  type PlattScaling,
  plattProbability,
} from '../../src/routing/calibration/platt.ts'
import { reliability } from '../../src/routing/calibration/reliability.ts'

/** A score for a prompt of a data set that was left out of its fit, and whether the strong model won. */
export type HeldOutPrediction = { readonly group: string; readonly score: number; readonly won: 0 | 1 }

/**
 * The scale that makes a score the probability that the strong model's answer is better.
 *
 * Slope: the median of the slopes of Platt's regression within each data set. A slope over all rows together would
 * mostly say how data sets differ in how hard they are, and one data set where both models nearly always fail turns it
 * around; within the others the slopes agree. Offset: makes the mean probability right, each data set counting alike.
 *
 * Throws `DataError` (`x-no-win-rate-scale`) where higher scores do not go with more wins.
 */
export function fitMedianScale(predictions: readonly HeldOutPrediction[]): PlattScaling {
  const groups = groupsOf(predictions)
  const slopes = groups.map((group) => fitPlatt(scoresOf(group), winsOf(group)).slope).sort((a, b) => a - b)
  const slope =
    (slopes[Math.floor((slopes.length - 1) / 2)]! + slopes[Math.ceil((slopes.length - 1) / 2)]!) / 2
  if (!(slope > 0)) {
    throw new DataError(
      'x-no-win-rate-scale',
      `In most of the ${groups.length} data sets a higher score does not go with more wins of the strong model (median slope ${slope}). Choose another recipe.`,
    )
  }
  return {
    slope,
    offset: runAtOnce(
      fitOffset(slope, scoresOf(predictions), winsOf(predictions), groupWeights(predictions)),
    ),
  }
}

/**
 * Expected calibration error on data sets that had no say in the scale: each one's win rates come from the scale of
 * the others, over ten bins of equally many rows.
 */
export function heldOutCalibrationError(predictions: readonly HeldOutPrediction[]): number {
  const winRates = new Float64Array(predictions.length)
  for (const name of new Set(predictions.map(({ group }) => group))) {
    const scale = fitMedianScale(predictions.filter(({ group }) => group !== name))
    predictions.forEach(({ group, score }, row) => {
      if (group === name) winRates[row] = plattProbability(scale, score)
    })
  }
  return reliability(winRates, winsOf(predictions), { weights: groupWeights(predictions) })
    .expectedCalibrationError
}

function groupsOf(predictions: readonly HeldOutPrediction[]): readonly (readonly HeldOutPrediction[])[] {
  const names = [...new Set(predictions.map(({ group }) => group))]
  return names.map((name) => predictions.filter(({ group }) => group === name))
}

function scoresOf(predictions: readonly HeldOutPrediction[]): Float64Array {
  return Float64Array.from(predictions, ({ score }) => score)
}

function winsOf(predictions: readonly HeldOutPrediction[]): Float64Array {
  return Float64Array.from(predictions, ({ won }) => won)
}

/** Each group has the same total weight. */
function groupWeights(predictions: readonly HeldOutPrediction[]): Float64Array {
  const sizes = new Map<string, number>()
  for (const { group } of predictions) sizes.set(group, (sizes.get(group) ?? 0) + 1)
  return Float64Array.from(predictions, ({ group }) => 1 / sizes.get(group)!)
}
