import { isAbove } from '../../base/math/decimals.ts'
import { createRandom } from '../../base/math/random.ts'
import { rocArea } from '../../base/math/statistics/roc-area.ts'
import type { BenchmarkRow } from '../evaluation/benchmark.ts'
import { createResampledApgr } from '../evaluation/metrics/apgr.ts'
import { bootstrapIntervalInSteps, pairedBootstrapIntervalInSteps } from '../evaluation/metrics/bootstrap.ts'
import { gapOf } from '../evaluation/metrics/gap.ts'

/** Prompts with the score that a router gives each when its label is left out of the fit. */
export type LeftOutScores = {
  readonly prompts: readonly string[]
  readonly scores: ArrayLike<number>
  readonly strongScores: ArrayLike<number>
  readonly weakScores: ArrayLike<number>
  /** Scores of the router that this one started from. */
  readonly priors?: ArrayLike<number>
  /** Left-out scores of a router that reads the prompt only, fitted on the same labels. */
  readonly promptOnly?: ArrayLike<number>
}

/**
 * A router's quality on its own labels, each scored without itself, as metrics for a manifest: the exact APGR with its
 * 95 % bootstrap interval, those of chance, prompt length and the prior router, and the intervals of the differences on
 * the same resamples. `leftOutAuc` is the area under the ROC curve for the strong model's wins.
 *
 * @yields after each resample.
 * @returns undefined if the strong model is not better on average, because then there is no gap to recover.
 */
export function* leftOutApgr(
  { prompts, scores, strongScores, weakScores, priors, promptOnly }: LeftOutScores,
  seed: number,
): Generator<void, Record<string, number> | undefined> {
  const rows = prompts.length
  const apgrOf = (some: ArrayLike<number>) => createResampledApgr(some, strongScores, weakScores)
  const once = new Uint8Array(rows).fill(1)
  const own = apgrOf(scores)
  if (rows === 0 || Number.isNaN(own(once))) return undefined
  yield
  const options = () => ({ rows, random: createRandom(seed) })
  function* beside(name: string, other: ReturnType<typeof apgrOf>) {
    const [low, high] = yield* pairedBootstrapIntervalInSteps(own, other, options())
    return {
      [`leftOutApgrOf${name}`]: other(once),
      [`leftOutApgrOver${name}Low`]: low,
      [`leftOutApgrOver${name}High`]: high,
    }
  }
  const [low, high] = yield* bootstrapIntervalInSteps(own, options())
  const gap = gapOf(asRows(prompts, strongScores, weakScores))
  yield
  const ranking = rocArea(
    scores,
    Array.from(strongScores, (score, row) => isAbove(score, weakScores[row]!)),
  )
  yield
  return {
    leftOutApgr: own(once),
    leftOutApgrLow: low,
    leftOutApgrHigh: high,
    ...(gap.standardError > 0 && { leftOutApgrGapErrors: gap.score / gap.standardError }),
    ...(ranking !== undefined && { leftOutAuc: ranking.area, leftOutAucError: ranking.standardError }),
    ...(priors === undefined ? {} : yield* beside('Prior', apgrOf(priors))),
    ...(promptOnly === undefined ? {} : yield* beside('PromptOnly', apgrOf(promptOnly))),
    ...(yield* beside('Length', apgrOf(prompts.map((prompt) => prompt.length)))),
    leftOutApgrOfRandom: 0.5,
  }
}

function asRows(
  prompts: readonly string[],
  strongScores: ArrayLike<number>,
  weakScores: ArrayLike<number>,
): BenchmarkRow[] {
  return prompts.map((prompt, row) => ({
    prompt,
    strongScore: strongScores[row]!,
    weakScore: weakScores[row]!,
  }))
}
