import type { RouterManifest } from '../../../base/artifact/router-artifact.ts'
import { isAbove } from '../../../base/math/decimals.ts'
import type { Random } from '../../../base/math/random.ts'
import type { ClusterScores } from './learning.ts'
import type { OutcomeTable } from './outcome-table.ts'

/** The prompts with scores of both models of the pair, each with the expectation from a fit without it. */
export type PairRows = {
  readonly prompts: readonly string[]
  readonly strongScores: Float64Array
  readonly weakScores: Float64Array
  /** 1 if the strong model scored higher, else 0. */
  readonly wins: Float64Array
  /** Expected score of the strong model less that of the weak one, from the other nine tenths of the prompts. */
  readonly expectedGaps: Float64Array
}

/** Expected scores that were learned from other prompts, [models, clusters]. */
export type KnownScores = {
  readonly models: readonly string[]
  readonly scores: Float32Array
  readonly clusters: number
}

/**
 * Prompts are left out a tenth at a time and not singly: without a prompt the mean of its cluster moves away from that
 * prompt's score, which would reverse the order of the prompts in one cluster.
 */
const folds = 10

const observationsPerStep = 1_024

/**
 * @yields often: there may be millions of observations.
 * @param random assigns prompts to folds. @param before models whose scores stay as they are.
 */
export function* pairRows(
  table: OutcomeTable,
  clusterOfPrompt: Int32Array,
  learned: ClusterScores,
  pair: RouterManifest['pair'],
  random: Random,
  before?: KnownScores,
): Generator<void, PairRows> {
  const foldOfPrompt = Int32Array.from(table.prompts, () => random.nextInt(folds))
  function* expectedOf(model: string): Generator<void, (prompt: number) => number> {
    const known = before?.models.indexOf(model) ?? -1
    if (before !== undefined && known >= 0)
      return (prompt: number) => before.scores[known * before.clusters + clusterOfPrompt[prompt]!]!
    return yield* withoutFold(table, clusterOfPrompt, foldOfPrompt, learned, model)
  }
  const strong = yield* meanScores(table, pair.strong)
  const weak = yield* meanScores(table, pair.weak)
  const expectedStrong = yield* expectedOf(pair.strong)
  const expectedWeak = yield* expectedOf(pair.weak)
  const common = [...strong.keys()].filter((prompt) => weak.has(prompt))
  const strongScores = Float64Array.from(common, (prompt) => strong.get(prompt)!)
  const weakScores = Float64Array.from(common, (prompt) => weak.get(prompt)!)
  return {
    prompts: common.map((prompt) => table.prompts[prompt]!),
    strongScores,
    weakScores,
    wins: strongScores.map((score, row) => (isAbove(score, weakScores[row]!) ? 1 : 0)),
    expectedGaps: Float64Array.from(common, (prompt) => expectedStrong(prompt) - expectedWeak(prompt)),
  }
}

/** By prompt. */
function* meanScores(table: OutcomeTable, name: string): Generator<void, ReadonlyMap<number, number>> {
  const model = table.models.indexOf(name)
  const scores = new Map<number, { sum: number; count: number }>()
  for (let i = 0; i < table.score.length; i++) {
    if (i % observationsPerStep === 0) yield
    if (table.model[i] !== model) continue
    const { sum, count } = scores.get(table.prompt[i]!) ?? { sum: 0, count: 0 }
    scores.set(table.prompt[i]!, { sum: sum + table.score[i]!, count: count + 1 })
  }
  return new Map(Array.from(scores, ([prompt, { sum, count }]) => [prompt, sum / count]))
}

/** A model's expected score in a prompt's cluster, from the prompts of the other folds. */
function* withoutFold(
  table: OutcomeTable,
  clusterOfPrompt: Int32Array,
  foldOfPrompt: Int32Array,
  { models, sums: { sums, counts }, belief }: ClusterScores,
  name: string,
): Generator<void, (prompt: number) => number> {
  const clusters = sums.length / models.length
  const model = models.indexOf(name)
  const foldSums = new Float64Array(folds * clusters)
  const foldCounts = new Float64Array(folds * clusters)
  const placeInFold = (prompt: number) => foldOfPrompt[prompt]! * clusters + clusterOfPrompt[prompt]!
  for (let i = 0; i < table.score.length; i++) {
    if (i % observationsPerStep === 0) yield
    if (table.model[i] !== model) continue
    foldSums[placeInFold(table.prompt[i]!)]! += table.score[i]!
    foldCounts[placeInFold(table.prompt[i]!)]!++
  }
  return (prompt) => {
    const place = model * clusters + clusterOfPrompt[prompt]!
    const left = placeInFold(prompt)
    return (
      (sums[place]! - foldSums[left]! + belief.prompts * belief.expected[place]!) /
      (counts[place]! - foldCounts[left]! + belief.prompts)
    )
  }
}
