import { drawAscending } from '../../../base/math/draw.ts'
import { kMeans, nearestCentre } from '../../../base/math/linear/k-means.ts'
import type { Random } from '../../../base/math/random.ts'
import {
  believedScores,
  clusterEffects,
  expectedScores,
  type ScoreBelief,
  type ScoreSums,
  sumScores,
} from './fit.ts'
import type { OutcomeTable } from './outcome-table.ts'

/** Kinds of prompts. */
export type Clusters = {
  /** [clusters, dimensions] */
  readonly centres: Float32Array
  readonly dimensions: number
  /** [clusters] of the prompts that they were computed from. */
  readonly shares: Float32Array
}

/** The models' statistics on these clusters. */
export type ClusterScores = {
  readonly models: readonly string[]
  /** [models, clusters] expected scores. */
  readonly scores: Float32Array
  readonly sums: ScoreSums
  readonly belief: ScoreBelief
}

/** Prompts that the centres are made of, at most; their number hardly matters beyond. */
const centrePrompts = 10_000
/** As many prompts as a belief about a model in a cluster counts for. What joining costs: docs/routers/cluster.md. */
export const defaultBeliefPrompts = 20

/** @param embeddings [prompts, dimensions] @yields often: 30,000 prompts take ten seconds. */
export function* learnClusters(
  embeddings: Float32Array,
  dimensions: number,
  wanted: number,
  random: Random,
): Generator<void, Clusters> {
  const count = embeddings.length / dimensions
  const drawn = drawAscending(count, centrePrompts, random)
  const values = new Float32Array(drawn.length * dimensions)
  for (const [place, prompt] of drawn.entries())
    values.set(embeddings.subarray(prompt * dimensions, (prompt + 1) * dimensions), place * dimensions)
  const centres = yield* kMeans({ values, dimensions }, wanted, random)
  const shares = new Float32Array(centres.length / dimensions)
  for (const cluster of yield* clustersOf(embeddings, dimensions, centres)) shares[cluster]! += 1 / count
  return { centres, dimensions, shares }
}

/** [prompts] @yields after each prompt. */
export function* clustersOf(
  embeddings: Float32Array,
  dimensions: number,
  centres: Float32Array,
): Generator<void, Int32Array> {
  const clusters = new Int32Array(embeddings.length / dimensions)
  for (let prompt = 0; prompt < clusters.length; prompt++) {
    clusters[prompt] = nearestCentre(
      embeddings.subarray(prompt * dimensions, (prompt + 1) * dimensions),
      centres,
    )
    yield
  }
  return clusters
}

/**
 * Expected scores of the table's models: the mean in each cluster, shrunk towards the prior.
 *
 * @param clusterOfPrompt [prompts of the table]
 * @param known expected scores of models that were learned before, [models, clusters]: their common pattern is the
 * prior of these models too. Without it, the table's own models give the prior.
 */
export function learnScores(
  table: OutcomeTable,
  clusterOfPrompt: Int32Array,
  { shares }: Clusters,
  known: Float32Array | undefined,
  beliefPrompts = defaultBeliefPrompts,
): ClusterScores {
  const clusters = shares.length
  const sums = sumScores({
    clusters,
    models: table.models.length,
    cluster: table.prompt.map((prompt) => clusterOfPrompt[prompt]!),
    model: table.model,
    score: table.score,
  })
  const flat = { expected: believedScores(sums, new Float64Array(clusters)), prompts: beliefPrompts }
  const effects = clusterEffects(known ?? expectedScores(sums, flat), shares)
  const belief = { expected: believedScores(sums, effects), prompts: beliefPrompts }
  return { models: table.models, scores: expectedScores(sums, belief), sums, belief }
}
