import type { RouterManifest } from '../../base/artifact/router-artifact.ts'
import { mapInSteps } from '../../base/concurrency/run-steps.ts'
import { isAbove } from '../../base/math/decimals.ts'
import type { Random } from '../../base/math/random.ts'
import { rocArea } from '../../base/math/statistics/roc-area.ts'
import { promptFromText } from '../../routing/prompts/routed-prompt.ts'
import { createLengthRouter } from '../../routing/routers/length/router.ts'
import { createResampledApgr } from '../evaluation/metrics/apgr.ts'
import { bootstrapIntervalInSteps, pairedBootstrapIntervalInSteps } from '../evaluation/metrics/bootstrap.ts'
import { gapOf } from '../evaluation/metrics/gap.ts'
import type { CollectedComparisons } from './collect-comparisons.ts'

/** Indexes of comparisons. No prompt is on both sides. */
export type Split = { readonly training: Int32Array; readonly validation: Int32Array }

/**
 * Holds out a share of the prompts, drawn at random, with all their comparisons: at least one prompt if the share is
 * above 0, and never all of them.
 */
export function splitByPrompt(
  { prompts, promptOfVector, vector }: CollectedComparisons,
  validationFraction: number,
  random: Random,
): Split {
  const wanted = validationFraction === 0 ? 0 : Math.max(1, Math.round(prompts.length * validationFraction))
  const count = Math.min(wanted, prompts.length - 1)
  const order = Array.from(prompts, (_, prompt) => prompt)
  const heldOut = new Set<number>()
  for (let drawn = 0; drawn < count; drawn++) {
    const place = drawn + random.nextInt(order.length - drawn)
    heldOut.add(order[place]!)
    order[place] = order[drawn]!
  }
  const rows = Int32Array.from(vector, (_, row) => row)
  const isHeldOut = (row: number) => heldOut.has(promptOfVector[vector[row]!]!)
  return { training: rows.filter((row) => !isHeldOut(row)), validation: rows.filter(isHeldOut) }
}

export type ValidationReport = {
  readonly metrics: Readonly<Record<string, number>>
  readonly warnings: readonly string[]
}

/**
 * How well the router orders the held-out prompts on which both models of the pair were compared: the exact APGR with
 * its 95 % bootstrap interval, beside those of chance and of prompt length, and the interval of the difference to
 * length on the same rows. Omitted, with a warning, if those rows show no gap between the models.
 *
 * @yields after each row that is scored, and after each resample.
 */
export function* validatePair(
  comparisons: CollectedComparisons,
  rows: Int32Array,
  pair: RouterManifest['pair'],
  winRateOfVector: (vector: number) => number,
  random: Random,
): Generator<void, ValidationReport> {
  const strong = comparisons.models.indexOf(pair.strong)
  const weak = comparisons.models.indexOf(pair.weak)
  const { modelA, modelB, scoreA, scoreB, vector, prompts, promptOfVector } = comparisons
  const ofPair = rows.filter(
    (row) =>
      (modelA[row] === strong && modelB[row] === weak) || (modelA[row] === weak && modelB[row] === strong),
  )
  const strongScores = Float64Array.from(ofPair, (row) =>
    modelA[row] === strong ? scoreA[row]! : scoreB[row]!,
  )
  const weakScores = Float64Array.from(ofPair, (row) =>
    modelA[row] === strong ? scoreB[row]! : scoreA[row]!,
  )
  const length = createLengthRouter()
  const winRates = yield* mapInSteps(ofPair, (row) => winRateOfVector(vector[row]!))
  const router = createResampledApgr(winRates, strongScores, weakScores)
  const baseline = createResampledApgr(
    yield* mapInSteps(ofPair, (row) =>
      length.strongWinRate(promptFromText(prompts[promptOfVector[vector[row]!]!]!)),
    ),
    strongScores,
    weakScores,
  )
  const once = new Uint8Array(ofPair.length).fill(1)
  const apgr = router(once)
  const metrics = { validationPairComparisons: ofPair.length }
  if (Number.isNaN(apgr)) return { metrics, warnings: [noGapWarning(ofPair.length, pair)] }
  const options = { rows: ofPair.length, random }
  const gap = gapOf(
    Array.from(ofPair, (row, index) => ({
      prompt: prompts[promptOfVector[vector[row]!]!]!,
      strongScore: strongScores[index]!,
      weakScore: weakScores[index]!,
    })),
  )
  const [low, high] = yield* bootstrapIntervalInSteps(router, options)
  const ranking = rocArea(
    winRates,
    Array.from(strongScores, (score, row) => isAbove(score, weakScores[row]!)),
  )
  const [overLengthLow, overLengthHigh] = yield* pairedBootstrapIntervalInSteps(router, baseline, options)
  return {
    metrics: {
      ...metrics,
      validationApgr: apgr,
      validationApgrLow: low,
      validationApgrHigh: high,
      ...(gap.standardError > 0 && { validationApgrGapErrors: gap.score / gap.standardError }),
      ...(ranking !== undefined && {
        validationAuc: ranking.area,
        validationAucError: ranking.standardError,
      }),
      validationApgrOfRandom: 0.5,
      validationApgrOfLength: baseline(once),
      validationApgrOverLengthLow: overLengthLow,
      validationApgrOverLengthHigh: overLengthHigh,
    },
    warnings: [],
  }
}

function noGapWarning(rows: number, pair: RouterManifest['pair']): string {
  return (
    `APGR was not measured: on the ${rows} validation comparisons of ${pair.strong} with ${pair.weak} the strong ` +
    'model is not better on average. Give more comparisons of this pair, or check which of the two is strong.'
  )
}
