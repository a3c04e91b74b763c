import { dot } from '../../../base/math/linear/vectors.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { EmbeddingError } from '../../../errors.ts'
import {
  constantFeature,
  type Embedder,
  isClosableEmbedder,
  isLocalEmbedder,
  isNamedFeatureEmbedder,
  type LocalEmbedder,
} from '../../embedding/embedder.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { Contribution, Explanation } from '../explanation.ts'
import type { ModelScoringEmbeddingRouter } from '../model-scoring-router.ts'
import type {
  BatchRouter,
  CalibratedRouter,
  ClosableRouter,
  EmbeddingRouter,
  ExplainingRouter,
} from '../router.ts'
import { fixedPairVector, type ScoringPair } from './fixed-pair.ts'
import { createModelScores } from './model-scores.ts'
import type { MatrixFactorizationWeights } from './weights.ts'

export type MatrixFactorizationRouter = BatchRouter &
  EmbeddingRouter &
  ModelScoringEmbeddingRouter &
  ExplainingRouter &
  Partial<Pick<CalibratedRouter, 'winRateQuantiles'>> &
  Partial<Pick<ClosableRouter, 'close'>>

export type MatrixFactorizationRouterOptions = {
  readonly name: string
  readonly weights: MatrixFactorizationWeights
  /** Which two of `weights.models` the win rate compares. */
  readonly pair: ScoringPair
  readonly embedder: Embedder
  /** See `CalibratedRouter`. */
  readonly winRateQuantiles?: readonly number[]
}

/** Prompts of a batch that are scored before the event loop and the abort signal get their turn: about 1 ms. */
const localBatchSize = 4
/** Prompts of a batch per call of an embedder elsewhere. */
const remoteBatchSize = 256

/**
 * The method's matrix factorization: win rate σ(δ(strong, q) − δ(weak, q)), as one dot product per prompt.
 *
 * With a `LocalEmbedder` a win rate is a number, with any other a promise.
 *
 * @throws ConfigError `unknown-scoring-model` if `pair` names a model that has no weights;
 *   EmbeddingError `embedding-dimensions` if the embedder's vectors do not have the length that the weights need.
 */
export function createMatrixFactorizationRouter(
  options: MatrixFactorizationRouterOptions,
): MatrixFactorizationRouter {
  const { name, weights, pair, embedder, winRateQuantiles } = options
  const dimensions = weights.textDimensions
  if (embedder.dimensions !== dimensions)
    throw new EmbeddingError(
      'embedding-dimensions',
      `Router ${name} needs embeddings of ${dimensions} numbers, and ${embedder.id} gives ${embedder.dimensions}. Choose the embedder that it was trained on with --embedder.`,
      { param: '--embedder' },
    )
  const direction = fixedPairVector(weights, pair)
  const winRateOf = (embedding: ArrayLike<number>) => sigmoid(logOdds(direction, embedding, name))
  const reused = new Float32Array(dimensions)
  const scoreModels = createModelScores(weights)
  const modelScoresOf = (embedding: ArrayLike<number>) => {
    const scores = scoreModels(embedding)
    if (scores.every(Number.isFinite)) return scores
    throw notFinite(name)
  }
  const explanationOf = (text: string, embedding: Float32Array): Explanation => ({
    strongWinRate: winRateOf(embedding),
    contributions: contributionsOf(direction, embedding, embedder, text),
  })
  return {
    name,
    embedderId: embedder.id,
    dimensions,
    strongWinRate: isLocalEmbedder(embedder)
      ? ({ text }) => winRateOf(embedder.embedNow(text, reused))
      : async ({ text }, signal) => winRateOf(await embedOne(embedder, text, signal)),
    models: weights.models,
    pair,
    modelScoreUnit: 'log-odds',
    modelScores: isLocalEmbedder(embedder)
      ? ({ text }) => modelScoresOf(embedder.embedNow(text))
      : async ({ text }, signal) => modelScoresOf(await embedOne(embedder, text, signal)),
    modelScoresOfEmbedding: (embedding) => {
      checkEmbedding(embedding, dimensions, name)
      return modelScoresOf(embedding)
    },
    strongWinRates: async (prompts, signal) => {
      const winRates = new Float64Array(prompts.length)
      const batchSize = isLocalEmbedder(embedder) ? localBatchSize : remoteBatchSize
      for (let begin = 0; begin < prompts.length; begin += batchSize) {
        signal?.throwIfAborted()
        const vectors = await embedBatch(embedder, prompts.slice(begin, begin + batchSize), signal)
        for (const [index, vector] of vectors.entries()) winRates[begin + index] = winRateOf(vector)
      }
      signal?.throwIfAborted()
      return winRates
    },
    strongWinRateOfEmbedding: (embedding) => {
      checkEmbedding(embedding, dimensions, name)
      return winRateOf(embedding)
    },
    explain: isLocalEmbedder(embedder)
      ? ({ text }) => explanationOf(text, embedder.embedNow(text))
      : async ({ text }, signal) => explanationOf(text, await embedOne(embedder, text, signal)),
    ...(isClosableEmbedder(embedder) && { close: () => embedder.close() }),
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  }
}

function logOdds(direction: Float64Array, embedding: ArrayLike<number>, name: string): number {
  const sum = dot(direction, embedding)
  if (Number.isFinite(sum)) return sum
  throw notFinite(name)
}

function notFinite(name: string): EmbeddingError {
  return new EmbeddingError(
    'embedding-not-finite',
    `Router ${name} got an embedding with NaN or infinite numbers from its embedder. Check the embedder's endpoint and model.`,
  )
}

function checkEmbedding(embedding: ArrayLike<number>, dimensions: number, name: string): void {
  if (embedding.length !== dimensions)
    throw new EmbeddingError(
      'embedding-dimensions',
      `Router ${name} needs embeddings of ${dimensions} numbers, and this one has ${embedding.length}. Give embeddings of the model that the router was trained on.`,
      { param: 'embedding', status: 400 },
    )
  for (let index = 0; index < dimensions; index++) {
    if (!Number.isFinite(embedding[index]))
      throw new EmbeddingError(
        'embedding-not-finite',
        `Number ${index} of the embedding is ${embedding[index]}; router ${name} needs finite numbers.`,
        { param: 'embedding', status: 400 },
      )
  }
}

async function embedOne(embedder: Embedder, text: string, signal?: AbortSignal): Promise<Float32Array> {
  const [vector] = await embedder.embed([text], signal)
  if (vector === undefined) throw miscounted(embedder, 0, 1)
  return vector
}

async function embedBatch(
  embedder: Embedder,
  prompts: readonly RoutedPrompt[],
  signal?: AbortSignal,
): Promise<readonly Float32Array[]> {
  if (isLocalEmbedder(embedder)) return embedLocally(embedder, prompts)
  const vectors = await embedder.embed(
    prompts.map(({ text }) => text),
    signal,
  )
  if (vectors.length !== prompts.length) throw miscounted(embedder, vectors.length, prompts.length)
  return vectors
}

async function embedLocally(
  embedder: LocalEmbedder,
  prompts: readonly RoutedPrompt[],
): Promise<readonly Float32Array[]> {
  const vectors = prompts.map(({ text }) => embedder.embedNow(text))
  await new Promise((resolve) => setImmediate(resolve))
  return vectors
}

function miscounted(embedder: Embedder, vectors: number, texts: number): EmbeddingError {
  return new EmbeddingError(
    'embedding-count',
    `${embedder.id} gave ${vectors} vectors for ${texts} texts. The embedder is broken: one vector per text is its contract.`,
  )
}

/**
 * What each named feature added to the log-odds, largest first, and the rest as `wording`. With the constant
 * feature's part they sum to u·e; features that added nothing are left out.
 * The value of `wording` is the cosine between the unnamed parts of u and e: how much the words are like those of
 * prompts that needed the strong model, from −1 to 1.
 */
function contributionsOf(
  direction: Float64Array,
  embedding: Float32Array,
  embedder: Embedder,
  text: string,
): readonly Contribution[] {
  const named = isNamedFeatureEmbedder(embedder) ? embedder.featureNames : []
  const values = isNamedFeatureEmbedder(embedder) ? embedder.featureValues(text) : []
  const contributions = named.map((feature, index) => ({
    feature,
    value: values[index] ?? 0,
    effect: (direction[index] ?? 0) * (embedding[index] ?? 0),
  }))
  if (named.length < direction.length)
    contributions.push(wordingOf(direction.subarray(named.length), embedding.subarray(named.length)))
  return contributions
    .filter(({ feature, effect }) => effect !== 0 && feature !== constantFeature)
    .sort((a, b) => Math.abs(b.effect) - Math.abs(a.effect))
}

function wordingOf(direction: Float64Array, dense: Float32Array): Contribution {
  const effect = dot(direction, dense)
  const lengths = Math.sqrt(dot(direction, direction) * dot(dense, dense))
  return { feature: 'wording', value: lengths === 0 ? 0 : effect / lengths, effect }
}
