import type { Tally } from '../../../base/math/similarity/similarity-index.ts'
import type { BattleWeights } from '../../../base/math/statistics/bradley-terry.ts'
import { bradleyTerryRatings } from '../../../base/math/statistics/bradley-terry.ts'
import type { BattleColumns } from './battle-columns.ts'
import { battleOutcomes } from './battle-columns.ts'

/**
 * How a battle between two models of one tier counts.
 * - `standard`: it does not count.
 * - `reference`: as in the reference code, whose design matrix then holds only −ln 10 in the tier's column
 *   (it overwrites +ln 10 in the same cell). The battle then means "model_a won with probability
 *   1 / (1 + 10^rating)": the tier fought against a fixed rating of 0, and lost if model_a won.
 */
export type SameTierMode = 'standard' | 'reference'

/** The tally that sums the weights of battles by the two tiers and the outcome. */
export function tallyOfBattles(battles: BattleColumns, tiers: Int32Array, gamma: number): Tally {
  const tierCount = countTiers(tiers)
  const cells = battles.outcomes.length
  return {
    gamma,
    rowOf: battles.prompts,
    factors: battles.weights,
    cellCount: tierCount * tierCount * battleOutcomes.length,
    cells: Int32Array.from({ length: cells }, (_, i) =>
      cellOf(tierCount, tiers[battles.modelA[i]!]!, tiers[battles.modelB[i]!]!, battles.outcomes[i]!),
    ),
  }
}

/** The tally with the same weight for every battle, as at γ = 1. */
export function plainCellWeights(tally: Tally): Float64Array {
  const weights = new Float64Array(tally.cellCount)
  for (let i = 0; i < tally.cells.length; i++) weights[tally.cells[i]!]! += tally.factors[i]!
  return weights
}

/** Bradley-Terry ratings of the tiers in natural log-odds, from the tallied weights. */
export function tierRatings(cellWeights: Float64Array, tierCount: number, mode: SameTierMode): Float64Array {
  return bradleyTerryRatings(battleWeightsOfTiers(cellWeights, tierCount, mode))
}

function battleWeightsOfTiers(
  cellWeights: Float64Array,
  tierCount: number,
  mode: SameTierMode,
): BattleWeights {
  const wins = new Float64Array(tierCount * tierCount)
  const againstFixed = { wins: new Float64Array(tierCount), losses: new Float64Array(tierCount) }
  for (let a = 0; a < tierCount; a++) {
    for (let b = 0; b < tierCount; b++) {
      const [wonByA, wonByB, tied] = [0, 1, 2].map((o) => cellWeights[cellOf(tierCount, a, b, o)]!)
      const aBeatB = wonByA! + tied! / 2
      const bBeatA = wonByB! + tied! / 2
      if (a === b) {
        againstFixed.losses[a]! += aBeatB
        againstFixed.wins[a]! += bBeatA
      } else {
        wins[a * tierCount + b]! += aBeatB
        wins[b * tierCount + a]! += bBeatA
      }
    }
  }
  return { players: tierCount, wins, ...(mode === 'reference' ? { againstFixed } : {}) }
}

export function countTiers(tiers: Int32Array): number {
  return Math.max(...tiers) + 1
}

function cellOf(tierCount: number, tierA: number, tierB: number, outcome: number): number {
  return (tierA * tierCount + tierB) * battleOutcomes.length + outcome
}
