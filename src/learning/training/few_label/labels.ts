import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { DataError } from '../../../errors.ts'
import type { CollectedComparisons } from '../collect-comparisons.ts'

/** The labels of each distinct prompt that has results of both models of the pair. */
export type PairLabels = {
  readonly prompts: readonly string[]
  /** [prompts] mean scores, in the labels' own unit. */
  readonly strongScores: Float64Array
  readonly weakScores: Float64Array
  /** [prompts] share of the comparisons that the strong model won outright; a tie is no win. */
  readonly wins: Float64Array
  /** [prompts] summed weight of the comparisons. */
  readonly weights: Float64Array
}

export const fewestLabels = 10

/**
 * Groups the pair's comparisons by prompt.
 *
 * Throws `DataError`: `too-few-labels`, and `labels-all-alike` if every prompt has the same result, because then the
 * labels do not show which prompts need the strong model.
 */
export function labelsOfPair(comparisons: CollectedComparisons, pair: RouterManifest['pair']): PairLabels {
  const { models, modelA, modelB, scoreA, scoreB, winA, weight, vector, promptOfVector } = comparisons
  const strong = models.indexOf(pair.strong)
  const weak = models.indexOf(pair.weak)
  const places = new Map<number, number>()
  const sums: { strong: number; weak: number; wins: number; weight: number }[] = []
  for (let row = 0; row < vector.length; row++) {
    const turned = modelA[row] === weak && modelB[row] === strong
    if (!turned && !(modelA[row] === strong && modelB[row] === weak)) continue
    const prompt = promptOfVector[vector[row]!]!
    const place = places.get(prompt) ?? sums.push({ strong: 0, weak: 0, wins: 0, weight: 0 }) - 1
    places.set(prompt, place)
    const sum = sums[place]!
    const counted = weight[row]!
    sum.strong += counted * (turned ? scoreB[row]! : scoreA[row]!)
    sum.weak += counted * (turned ? scoreA[row]! : scoreB[row]!)
    if (winA[row] === (turned ? 0 : 1)) sum.wins += counted
    sum.weight += counted
  }
  const labels: PairLabels = {
    prompts: [...places.keys()].map((prompt) => comparisons.prompts[prompt]!),
    strongScores: Float64Array.from(sums, (sum) => sum.strong / sum.weight),
    weakScores: Float64Array.from(sums, (sum) => sum.weak / sum.weight),
    wins: Float64Array.from(sums, (sum) => sum.wins / sum.weight),
    weights: Float64Array.from(sums, (sum) => sum.weight),
  }
  checkLabels(labels, pair)
  return labels
}

/** Some of the labels, in the order of `rows`. */
export function selectLabels(labels: PairLabels, rows: Int32Array): PairLabels {
  const pick = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!)
  return {
    prompts: Array.from(rows, (row) => labels.prompts[row]!),
    strongScores: pick(labels.strongScores),
    weakScores: pick(labels.weakScores),
    wins: pick(labels.wins),
    weights: pick(labels.weights),
  }
}

/** The strong model's score minus the weak one's, for each prompt. */
export function gapsOf({
  strongScores,
  weakScores,
}: Pick<PairLabels, 'strongScores' | 'weakScores'>): Float64Array {
  return strongScores.map((score, row) => score - weakScores[row]!)
}

/** Throws `DataError` `too-few-labels` or `labels-all-alike`. */
export function checkLabels(labels: PairLabels, { strong, weak }: RouterManifest['pair']): void {
  const count = labels.prompts.length
  if (count < fewestLabels) {
    throw new DataError(
      'too-few-labels',
      `There are labels of ${strong} against ${weak} for ${count} distinct prompts, and nothing can be learned from fewer than ` +
        `${fewestLabels}. Label some 200 prompts of your own; until then the built-in router mf needs none.`,
    )
  }
  const gaps = gapsOf(labels)
  if (gaps.some((gap) => gap !== gaps[0])) return
  const what =
    gaps[0] === 0
      ? `${strong} and ${weak} did equally well`
      : `${gaps[0]! > 0 ? strong : weak} did better by ${Math.abs(gaps[0]!)}`
  throw new DataError(
    'labels-all-alike',
    `On all ${count} labelled prompts ${what}, so the labels do not tell which prompts need the strong model. ` +
      'Label prompts on which the two differ, or use one model for all.',
  )
}
