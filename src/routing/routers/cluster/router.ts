import { nearestCentre } from '../../../base/math/linear/k-means.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { ConfigError, EmbeddingError } from '../../../errors.ts'
import { type Embedder, isClosableEmbedder, isLocalEmbedder } from '../../embedding/embedder.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { Explanation } from '../explanation.ts'
import type { ModelScoringEmbeddingRouter } from '../model-scoring-router.ts'
import type {
  BatchRouter,
  CalibratedRouter,
  ClosableRouter,
  EmbeddingRouter,
  ExplainingRouter,
} from '../router.ts'
import type { ClusterParameters } from './parameters.ts'

export type ClusterRouter = BatchRouter &
  EmbeddingRouter &
  ModelScoringEmbeddingRouter &
  ExplainingRouter &
  Partial<Pick<CalibratedRouter, 'winRateQuantiles'> & Pick<ClosableRouter, 'close'>>

export type ClusterRouterOptions = {
  /** Default: `cluster`. */
  readonly name?: string
  readonly parameters: ClusterParameters
  /** Row i of the scores belongs to `models[i]`. */
  readonly models: readonly string[]
  /** Which two of them the win rate compares. */
  readonly pair: { readonly strong: string; readonly weak: string }
  readonly embedder: Embedder
  /** See `CalibratedRouter`. */
  readonly winRateQuantiles?: readonly number[]
}

/** Prompts embedded at a time. */
const batchSize = 64

/**
 * Finds the kind of the prompt and compares the two models on that kind. The win rate is
 * σ(slope · (strong's expected score − weak's) + offset) in the cluster with the nearest centre: one vector of
 * errors per model, as in UniRoute (Jitkrittum et al. 2025, arXiv 2502.08773, section 5.1), here for a pair.
 *
 * With a `LocalEmbedder` a win rate is a number, with any other a promise.
 *
 * @throws ConfigError `unknown-scoring-model` for a model without scores; EmbeddingError `embedding-dimensions`.
 */
export function createClusterRouter(options: ClusterRouterOptions): ClusterRouter {
  const { name = 'cluster', parameters, pair, embedder, winRateQuantiles } = options
  const { dimensions, centres } = parameters
  if (embedder.dimensions !== dimensions)
    throw new EmbeddingError(
      'embedding-dimensions',
      `Router ${name} needs embeddings of ${dimensions} numbers, and ${embedder.id} gives ${embedder.dimensions}. Choose the embedder that it was trained on with --embedder.`,
      { param: '--embedder' },
    )
  const [strong, weak] = [scoresOf(options, 'strong'), scoresOf(options, 'weak')]
  const logOdds = strong.map(
    (score, cluster) => parameters.slope * (score - weak[cluster]!) + parameters.offset,
  )
  const clusterOf = (vector: Float32Array) => {
    const odd = vector.findIndex((value) => !Number.isFinite(value))
    if (odd < 0) return nearestCentre(vector, centres)
    throw new EmbeddingError(
      'embedding-not-finite',
      `Number ${odd} of the embedding is ${vector[odd]}; router ${name} needs finite numbers.`,
      { param: 'embedding', status: 400 },
    )
  }
  const toVector = (embedding: ArrayLike<number>) => {
    if (embedding.length === dimensions) return Float32Array.from(embedding)
    throw new EmbeddingError(
      'embedding-dimensions',
      `Router ${name} needs embeddings of ${dimensions} numbers, and this one has ${embedding.length}. Give embeddings of the model that the router was trained on.`,
      { param: 'embedding', status: 400 },
    )
  }
  const winRateOf = (vector: Float32Array) => sigmoid(logOdds[clusterOf(vector)]!)
  const modelScoresOf = (vector: Float32Array) => {
    const cluster = clusterOf(vector)
    return Float64Array.from(
      options.models,
      (_, model) => parameters.scores[model * logOdds.length + cluster]!,
    )
  }
  const explanationOf = (vector: Float32Array): Explanation => {
    const cluster = clusterOf(vector)
    const shown = (score: number) => Number(score.toPrecision(3))
    return {
      strongWinRate: sigmoid(logOdds[cluster]!),
      reason: `prompts of kind ${cluster + 1} of ${strong.length}: ${pair.strong} scores ${shown(strong[cluster]!)} on them, ${pair.weak} ${shown(weak[cluster]!)}`,
      contributions: [
        {
          feature: 'kind of prompt',
          value: cluster + 1,
          effect: parameters.slope * (strong[cluster]! - weak[cluster]!),
        },
      ],
    }
  }
  const whenEmbedded =
    <T>(compute: (vector: Float32Array) => T) =>
    ({ text }: RoutedPrompt, signal?: AbortSignal): T | Promise<T> =>
      isLocalEmbedder(embedder)
        ? compute(embedder.embedNow(text))
        : embedAll(embedder, [text], signal).then(([vector]) => compute(vector!))
  return {
    name,
    embedderId: embedder.id,
    dimensions,
    strongWinRate: whenEmbedded(winRateOf),
    ...(isClosableEmbedder(embedder) && { close: () => embedder.close() }),
    async strongWinRates(prompts, signal) {
      const winRates = new Float64Array(prompts.length)
      for (let begin = 0; begin < prompts.length; begin += batchSize) {
        signal?.throwIfAborted()
        const texts = prompts.slice(begin, begin + batchSize).map(({ text }) => text)
        for (const [index, vector] of (await embedAll(embedder, texts, signal)).entries())
          winRates[begin + index] = winRateOf(vector)
      }
      signal?.throwIfAborted()
      return winRates
    },
    models: options.models,
    pair,
    modelScoreUnit: 'labels',
    modelScores: whenEmbedded(modelScoresOf),
    strongWinRateOfEmbedding: (embedding) => winRateOf(toVector(embedding)),
    modelScoresOfEmbedding: (embedding) => modelScoresOf(toVector(embedding)),
    explain: whenEmbedded(explanationOf),
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  }
}

/** [clusters] */
function scoresOf({ parameters, models, pair }: ClusterRouterOptions, role: 'strong' | 'weak'): Float32Array {
  const { scores, centres, dimensions } = parameters
  const clusters = centres.length / dimensions
  const row = models.indexOf(pair[role])
  if (row >= 0) return scores.subarray(row * clusters, (row + 1) * clusters)
  throw new ConfigError(
    'unknown-scoring-model',
    `${pair[role]} is not one of the models that this router knows: ${models.join(', ')}. Name one of them with --scoring-${role}-model, or let it join: routellm train cluster --join.`,
    { param: `--scoring-${role}-model` },
  )
}

async function embedAll(
  embedder: Embedder,
  texts: readonly string[],
  signal?: AbortSignal,
): Promise<readonly Float32Array[]> {
  const vectors = await embedder.embed(texts, signal)
  if (vectors.length === texts.length) return vectors
  throw new EmbeddingError(
    'embedding-count',
    `${embedder.id} gave ${vectors.length} vectors for ${texts.length} texts. The embedder is broken: one vector per text is its contract.`,
  )
}
