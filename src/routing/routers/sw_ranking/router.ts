import { distance } from 'fastest-levenshtein'
import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { sigmoid } from '../../../base/math/sigmoid.ts'
import { nearestRows } from '../../../base/math/similarity/nearest.ts'
import type { RowPrecision } from '../../../base/math/similarity/rows.ts'
import {
  createSimilarityIndex,
  type Scan,
  type Tally,
} from '../../../base/math/similarity/similarity-index.ts'
import { ConfigError } from '../../../errors.ts'
import type { Embedder } from '../../embedding/embedder.ts'
import type { Neighbour } from '../explanation.ts'
import {
  createLookupRouter,
  type IndexedLookup,
  type LookupRouter,
} from '../labelled-prompts/lookup-router.ts'
import { searchRows } from '../labelled-prompts/tensors.ts'
import { parametersOfArtifact, type SimilarityWeightedParameters } from './parameters.ts'
import { countTiers, plainCellWeights, type SameTierMode, tallyOfBattles, tierRatings } from './scoring.ts'

export type SimilarityWeightedRouter = LookupRouter

export type SimilarityWeightedRouterOptions = {
  /** Default: `sw_ranking`. */
  readonly name?: string
  readonly parameters: SimilarityWeightedParameters
  /** Which two of `parameters.models` the win rate compares. */
  readonly pair: { readonly strong: string; readonly weak: string }
  /** The embedder that the battles' prompts were embedded with. */
  readonly embedder: Embedder
  /** How much more a battle over the most similar prompt counts than one over an unrelated prompt; from 1. Default: 10. */
  readonly gamma?: number
  /** Default `standard`. */
  readonly mode?: SameTierMode
  /** Precision of the search. Default: the precision of the stored rows. */
  readonly precision?: RowPrecision
  /** Prompts that may wait for the scanning thread before more are refused. Default 256. */
  readonly maximumWaiting?: number
  /** See `CalibratedRouter`. */
  readonly winRateQuantiles?: readonly number[]
}

const neighboursShown = 5

/**
 * Similarity-weighted ranking: all battles are ranked again for each prompt, and battles over similar prompts count
 * more.
 *
 * A battle over a prompt with cosine similarity s to the scored one counts γ^(1 + s / max s). A Bradley-Terry
 * model with ties is fitted to the tiers of the models with these weights, and the win rate is
 * σ(rating of the strong model's tier − rating of the weak one's).
 *
 * Source: section 4.2 of the paper and `SWRankingRouter` in routellm/routers/routers.py. Deviations: battles
 * between models of one tier are left out (`mode`), a weak prior keeps ratings finite (see
 * `bradleyTerryRatings`), and if no similarity is positive the cosine is not divided by the greatest one.
 *
 * @throws ConfigError `unknown-scoring-model`, `same-tier-pair` or `invalid-gamma`;
 *   EmbeddingError `embedding-dimensions`; RouterError `similarity-index-too-large`.
 */
export function createSimilarityWeightedRouter(
  options: SimilarityWeightedRouterOptions,
): SimilarityWeightedRouter {
  const { name = 'sw_ranking', embedder, winRateQuantiles } = options
  return createLookupRouter({
    ...similarityWeightedLookup(options),
    name,
    embedder,
    ...(winRateQuantiles === undefined ? {} : { winRateQuantiles }),
  })
}

/** The router without its embedder, for measuring on its own prompts. Throws as the router does. */
export function similarityWeightedLookup(
  options: Omit<SimilarityWeightedRouterOptions, 'embedder'>,
): IndexedLookup {
  const { parameters, pair, gamma = 10, mode = 'standard' } = options
  const { tiers, battles, prompts } = parameters
  if (!(gamma >= 1 && gamma <= 1e6))
    throw new ConfigError('invalid-gamma', `gamma is ${gamma}; give a number from 1 to 1000000.`, {
      param: 'gamma',
    })
  const tierPair = tiersOfPair(parameters, pair)
  const tally = tallyOfBattles(battles, tiers, gamma)
  const { maximumWaiting } = options
  const index = createSimilarityIndex(searchRows(prompts.rows, options.precision), {
    tally,
    ...(maximumWaiting === undefined ? {} : { maximumWaiting }),
  })
  const logOddsOf = (cellWeights: Float64Array): number => {
    const ratings = tierRatings(cellWeights, countTiers(tiers), mode)
    return ratings[tierPair.strong]! - ratings[tierPair.weak]!
  }
  const plainLogOdds = logOddsOf(plainCellWeights(tally))
  const battlesByPrompt = indexBattles(tally, prompts.excerpts.length)
  return {
    index,
    lookup: {
      strongWinRate: ({ cellWeights }) => sigmoid(logOddsOf(cellWeights)),
      explain: ({ cellWeights, similarities }) => {
        const logOdds = logOddsOf(cellWeights)
        const nearest = nearestBattles(parameters, battlesByPrompt, tierPair, similarities)
        return {
          strongWinRate: sigmoid(logOdds),
          contributions: [
            {
              feature: 'battles over similar prompts',
              value: nearest[0]?.similarity ?? 0,
              effect: logOdds - plainLogOdds,
            },
          ],
          nearest,
        }
      },
    },
  }
}

/** The router of an artifact of kind `sw_ranking`. Options override what it was trained with. */
export function similarityWeightedRouterOfArtifact(
  artifact: RouterArtifact,
  source: string,
  options: Omit<SimilarityWeightedRouterOptions, 'parameters' | 'pair'> &
    Partial<Pick<SimilarityWeightedRouterOptions, 'pair'>>,
): SimilarityWeightedRouter {
  const { manifest } = artifact
  const { gamma, mode } = manifest.options
  return createSimilarityWeightedRouter({
    name: manifest.name,
    pair: manifest.pair,
    mode: mode === 'reference' ? 'reference' : 'standard',
    ...(typeof gamma === 'number' ? { gamma } : {}),
    // The quantiles are of the pair that it was trained for.
    ...(manifest.calibration === undefined || options.pair !== undefined
      ? {}
      : { winRateQuantiles: manifest.calibration.winRateQuantiles }),
    ...options,
    parameters: parametersOfArtifact(artifact, source),
  })
}

type TierPair = { readonly strong: number; readonly weak: number }

function tiersOfPair(
  { models, tiers }: SimilarityWeightedParameters,
  pair: SimilarityWeightedRouterOptions['pair'],
): TierPair {
  const tierOf = (model: string, role: 'strong' | 'weak'): number => {
    const place = models.indexOf(model)
    if (place >= 0) return tiers[place]!
    const near = [...models].sort((a, b) => distance(a, model) - distance(b, model)).slice(0, 3)
    throw new ConfigError(
      'unknown-scoring-model',
      `${model} is not one of the ${models.length} models whose battles this router was trained on; nearest are ${near.join(', ')}. Name the one that stands in for it with --scoring-${role}-model.`,
      { param: `--scoring-${role}-model` },
    )
  }
  const strong = tierOf(pair.strong, 'strong')
  const weak = tierOf(pair.weak, 'weak')
  if (strong === weak)
    throw new ConfigError(
      'same-tier-pair',
      `${pair.strong} and ${pair.weak} have the same tier (${strong}), so that every prompt would have the win rate 0.5. Train with more tiers, or score for another pair.`,
    )
  return { strong, weak }
}

/** Battles by prompt: those of prompt p are `order[starts[p] … starts[p + 1] − 1]`, in their own order. */
type BattleIndex = { readonly starts: Int32Array; readonly order: Int32Array }

function indexBattles({ rowOf }: Tally, promptCount: number): BattleIndex {
  const starts = new Int32Array(promptCount + 1)
  for (const row of rowOf) starts[row + 1]!++
  for (let row = 0; row < promptCount; row++) starts[row + 1]! += starts[row]!
  const next = starts.slice()
  const order = new Int32Array(rowOf.length)
  for (const [battle, row] of rowOf.entries()) order[next[row]!++] = battle
  return { starts, order }
}

/** One battle per prompt: the first between the tiers of the pair if there is one, else the first. */
function nearestBattles(
  { models, tiers, battles, prompts }: SimilarityWeightedParameters,
  { starts, order }: BattleIndex,
  tierPair: TierPair,
  similarities: Scan['similarities'],
): readonly Neighbour[] {
  const fought = (row: number) => starts[row + 1]! > starts[row]!
  const isOfPair = (battle: number) => {
    const [a, b] = [tiers[battles.modelA[battle]!], tiers[battles.modelB[battle]!]]
    return (a === tierPair.strong && b === tierPair.weak) || (a === tierPair.weak && b === tierPair.strong)
  }
  return nearestRows(similarities, neighboursShown, fought).map((row) => {
    const here = order.subarray(starts[row], starts[row + 1])
    const battle = here.find(isOfPair) ?? here[0]!
    return {
      prompt: prompts.excerpts[row]!,
      similarity: similarities[row]!,
      modelA: models[battles.modelA[battle]!]!,
      modelB: models[battles.modelB[battle]!]!,
      winA: [1, 0, 0.5][battles.outcomes[battle]!]!,
    }
  })
}
