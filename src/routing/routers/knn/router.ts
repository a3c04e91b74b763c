import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { nearestRows } from '../../../base/math/similarity/nearest.ts'
import type { RowPrecision } from '../../../base/math/similarity/rows.ts'
import { createSimilarityIndex } from '../../../base/math/similarity/similarity-index.ts'
import { ConfigError } from '../../../errors.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import type { Neighbour } from '../explanation.ts'
import {
  createLookupRouter,
  type IndexedLookup,
  type LookupRouter,
} from '../labelled-prompts/lookup-router.ts'
import { searchRows } from '../labelled-prompts/tensors.ts'
import type { ModelScoringEmbeddingRouter } from '../model-scoring-router.ts'
import { type NearestNeighboursParameters, parametersOfArtifact } from './parameters.ts'

/** It knows how the models of its pair did, so these are the models that it scores. */
export type NearestNeighboursRouter = LookupRouter & ModelScoringEmbeddingRouter

export type NearestNeighboursRouterOptions = {
  /** Default: `knn`. */
  readonly name?: string
  readonly parameters: NearestNeighboursParameters
  /** The models that `parameters` compare, named in explanations. */
  readonly pair: { readonly strong: string; readonly weak: string }
  /** The embedder that the labelled prompts were embedded with. */
  readonly embedder: Embedder
  /** Neighbours that are asked; from 1 to 10,000. Default 40. */
  readonly k?: number
  /** Weight of the base rate, in comparisons on an identical prompt; from 0. Default 5. */
  readonly beta?: number
  /** Precision of the search. Default: the precision of the stored rows. */
  readonly precision?: RowPrecision
  /** Prompts that may wait for the scanning thread before more are refused. Default 256. */
  readonly maximumWaiting?: number
  /** See `CalibratedRouter`. */
  readonly winRateQuantiles?: readonly number[]
}

export const defaultNeighbours = 40
export const defaultBaseRateWeight = 5
const neighboursShown = 5

/**
 * The win rate of the strong model on the k most similar labelled prompts, drawn towards the base rate.
 *
 * winRate = (β · base + Σ wᵢ yᵢ) / (β + Σ wᵢ) over the k nearest, with wᵢ = max(0, similarity) · weight of the
 * comparisons on prompt i, yᵢ the share of them that the strong model won, and base that share over all prompts.
 * If no prompt is similar, the win rate is the base rate. Of equally similar prompts the one earlier in the
 * training data is used.
 *
 * @throws ConfigError `invalid-neighbours`, `invalid-beta`; EmbeddingError `embedding-dimensions`;
 *   RouterError `similarity-index-too-large`.
 */
export function createNearestNeighboursRouter(
  options: NearestNeighboursRouterOptions,
): NearestNeighboursRouter {
  const { name = 'knn', pair, embedder, winRateQuantiles } = options
  const router = createLookupRouter({
    ...nearestNeighboursLookup(options),
    name,
    embedder,
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  })
  return {
    ...router,
    models: [pair.strong, pair.weak],
    pair,
    modelScoreUnit: 'labels',
    modelScores(prompt, signal) {
      const winRate = router.strongWinRate(prompt, signal)
      return winRate instanceof Promise ? winRate.then(toModelScores) : toModelScores(winRate)
    },
    modelScoresOfEmbedding: (embedding) => toModelScores(router.strongWinRateOfEmbedding(embedding)),
  }
}

/** [strong, weak] */
function toModelScores(strongWinRate: number): Float64Array {
  return Float64Array.of(strongWinRate, 1 - strongWinRate)
}

/** The router without its embedder, for measuring on its own prompts. Throws as the router does. */
export function nearestNeighboursLookup(
  options: Omit<NearestNeighboursRouterOptions, 'embedder'>,
): IndexedLookup {
  const { parameters, pair, k = defaultNeighbours, beta = defaultBaseRateWeight } = options
  if (!Number.isInteger(k) || k < 1 || k > 10_000)
    throw new ConfigError('invalid-neighbours', `k is ${k}; give a whole number from 1 to 10000.`, {
      param: 'k',
    })
  if (!(beta >= 0 && Number.isFinite(beta)))
    throw new ConfigError('invalid-beta', `beta is ${beta}; give a number from 0.`, { param: 'beta' })
  const { prompts, strongWins } = parameters
  const { maximumWaiting } = options
  const index = createSimilarityIndex(
    searchRows(prompts.rows, options.precision),
    maximumWaiting === undefined ? {} : { maximumWaiting },
  )
  const baseRate = baseRateOf(parameters)
  const estimate = (similarities: Float32Array) =>
    winRateOfNeighbours(parameters, baseRate, k, beta, similarities)
  return {
    index,
    lookup: {
      strongWinRate: ({ similarities }) => estimate(similarities).winRate,
      explain: ({ similarities }) => {
        const { winRate, weight, rows } = estimate(similarities)
        return {
          strongWinRate: winRate,
          contributions: [
            { feature: 'similar prompts', value: weight, effect: logOdds(winRate) - logOdds(baseRate) },
          ],
          nearest: rows.slice(0, neighboursShown).map(
            (row): Neighbour => ({
              prompt: prompts.excerpts[row]!,
              similarity: similarities[row]!,
              modelA: pair.strong,
              modelB: pair.weak,
              winA: strongWins[row]!,
            }),
          ),
        }
      },
    },
  }
}

/** The router of an artifact of kind `knn`. Options override what it was trained with. */
export function nearestNeighboursRouterOfArtifact(
  artifact: RouterArtifact,
  source: string,
  options: Omit<NearestNeighboursRouterOptions, 'parameters' | 'pair'>,
): NearestNeighboursRouter {
  const { manifest } = artifact
  const { k, beta } = manifest.options
  return createNearestNeighboursRouter({
    name: manifest.name,
    pair: manifest.pair,
    ...(typeof k === 'number' ? { k } : {}),
    ...(typeof beta === 'number' ? { beta } : {}),
    ...(manifest.calibration === undefined
      ? {}
      : { winRateQuantiles: manifest.calibration.winRateQuantiles }),
    ...options,
    parameters: parametersOfArtifact(artifact, source),
  })
}

/** The share of all comparisons that the strong model won. */
function baseRateOf({ strongWins, weights }: NearestNeighboursParameters): number {
  let won = 0
  let fought = 0
  for (let row = 0; row < weights.length; row++) {
    won += strongWins[row]! * weights[row]!
    fought += weights[row]!
  }
  return won / fought
}

function winRateOfNeighbours(
  { strongWins, weights }: NearestNeighboursParameters,
  baseRate: number,
  k: number,
  beta: number,
  similarities: Float32Array,
): { winRate: number; weight: number; rows: readonly number[] } {
  const rows = nearestRows(similarities, k)
  let won = 0
  let weight = 0
  for (const row of rows) {
    const own = Math.max(0, similarities[row]!) * weights[row]!
    won += own * strongWins[row]!
    weight += own
  }
  const total = beta + weight
  const winRate = total === 0 ? baseRate : (beta * baseRate + won) / total
  // Rounding may leave the last bit above 1 if every neighbour agrees.
  return { winRate: Math.min(1, Math.max(0, winRate)), weight, rows }
}

/** Clipped, because a win rate of 0 or 1 must have a finite effect. */
function logOdds(winRate: number): number {
  const clipped = Math.min(1 - 1e-9, Math.max(1e-9, winRate))
  return Math.log(clipped / (1 - clipped))
}
