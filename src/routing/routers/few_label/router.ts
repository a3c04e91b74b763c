import { sigmoid } from '../../../base/math/sigmoid.ts'
import { EmbeddingError } from '../../../errors.ts'
import { type Embedder, isClosableEmbedder, isLocalEmbedder } from '../../embedding/embedder.ts'
import type {
  BatchRouter,
  CalibratedRouter,
  ClosableRouter,
  CrossFittedRouter,
  EmbeddingRouter,
  ExplainingRouter,
} from '../router.ts'
import { createLeftOutLookup } from '../trained-prompts/trained-prompts.ts'
import { createExplainer } from './explain.ts'
import type { FewLabelParameters } from './parameters.ts'
import { type BaseEmbedder, createPromptReader } from './prompt-space.ts'
import { scoreOf } from './score.ts'
import { embedAll, whenEmbedded } from './when-embedded.ts'

export type FewLabelRouter = BatchRouter &
  ExplainingRouter &
  CrossFittedRouter &
  Partial<
    Pick<CalibratedRouter, 'winRateQuantiles'> &
      Pick<ClosableRouter, 'close'> &
      Pick<EmbeddingRouter, 'embedderId' | 'dimensions' | 'strongWinRateOfEmbedding'>
  >

export type FewLabelRouterOptions = {
  /** Default: `few_label`. */
  readonly name?: string
  readonly parameters: FewLabelParameters
  /** The embedder that the parameters' space was learned with. */
  readonly embedder: BaseEmbedder
  /** Required if the space was learned with the vectors of a further embedder: that embedder. */
  readonly other?: Embedder
  /** See `CalibratedRouter`. */
  readonly winRateQuantiles?: readonly number[]
}

/** Prompts of a batch that are scored before the event loop and the abort signal get their turn: about 1 ms. */
const localBatchSize = 8
/** Prompts of a batch per call of an embedder elsewhere. */
const remoteBatchSize = 256

/**
 * The router fitted on a few hundred labels of the user: win rate σ(slope · score + offset). The score is the sum of
 * the prior router's opinion and what the labels add to it (`FewLabelWeights`).
 *
 * Without a further embedder, or with a local one, a win rate is a number; else a promise. It scores vectors too if it knows no
 * words (it was trained on vectors) and has no further embedder.
 *
 * @throws EmbeddingError `embedding-dimensions` if an embedder's vectors do not have the length that the weights need.
 */
export function createFewLabelRouter(options: FewLabelRouterOptions): FewLabelRouter {
  const { name = 'few_label', parameters, embedder, other, winRateQuantiles } = options
  const { space, weights, scale } = parameters
  checkDimensions(name, embedder, embedder.dimensions, space.priorDirection.length)
  checkDimensions(
    name,
    other ?? embedder,
    other?.dimensions ?? embedder.dimensions - embedder.featureNames.length,
    space.meaning.centre.length,
  )
  const read = createPromptReader(space, embedder)
  const explainPlace = createExplainer(parameters, embedder)
  const crossFitted = createLeftOutLookup(parameters.trained)
  const winRateOf = (text: string | Float32Array, vector?: Float32Array) =>
    winRate(scale.slope * scoreOf(weights, read(text, vector)) + scale.offset, name)
  const readsVectors = other === undefined && space.vocabulary.hashes.length === 0
  const explanationOf = (text: string, vector?: Float32Array) => ({
    strongWinRate: winRateOf(text, vector),
    contributions: explainPlace(text, read(text, vector)),
  })
  return {
    name,
    strongWinRate: whenEmbedded(other, winRateOf),
    async strongWinRates(prompts, signal) {
      const winRates = new Float64Array(prompts.length)
      const batchSize = other === undefined || isLocalEmbedder(other) ? localBatchSize : remoteBatchSize
      for (let begin = 0; begin < prompts.length; begin += batchSize) {
        signal?.throwIfAborted()
        const texts = prompts.slice(begin, begin + batchSize).map(({ text }) => text)
        const vectors = other === undefined ? [] : await embedAll(other, texts, signal)
        for (const [index, text] of texts.entries()) winRates[begin + index] = winRateOf(text, vectors[index])
        await new Promise((resolve) => setImmediate(resolve))
      }
      signal?.throwIfAborted()
      return winRates
    },
    explain: whenEmbedded(other, explanationOf),
    crossFittedWinRate: ({ text }) => crossFitted(text),
    ...(readsVectors && {
      embedderId: embedder.id,
      dimensions: embedder.dimensions,
      strongWinRateOfEmbedding(embedding: ArrayLike<number>) {
        checkVectorLength(name, embedding.length, embedder.dimensions)
        return winRateOf(Float32Array.from(embedding))
      },
    }),
    ...(other !== undefined && isClosableEmbedder(other) && { close: () => other.close() }),
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  }
}

function winRate(logOdds: number, name: string): number {
  if (Number.isFinite(logOdds)) return sigmoid(logOdds)
  throw new EmbeddingError(
    'embedding-not-finite',
    `Router ${name} got an embedding with NaN or infinite numbers from its embedder. Check the embedder's endpoint and model.`,
  )
}

function checkVectorLength(name: string, length: number, needed: number): void {
  if (length === needed) return
  throw new EmbeddingError(
    'embedding-dimensions',
    `Router ${name} needs embeddings of ${needed} numbers, got ${length}. Give vectors of the embedder that it was trained on.`,
  )
}

function checkDimensions(name: string, { id }: Embedder, dimensions: number, needed: number): void {
  if (dimensions === needed) return
  throw new EmbeddingError(
    'embedding-dimensions',
    `Router ${name} needs embeddings of ${needed} numbers, and ${id} gives ${dimensions}. Choose the embedder that it was trained on with --embedder.`,
    { param: '--embedder' },
  )
}
