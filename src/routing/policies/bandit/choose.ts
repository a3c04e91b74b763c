import type { Candidate } from '../choice.ts'
import { writeWinProbabilities } from './arms/win-probabilities.ts'

/** What is expected of candidates: [candidates]. */
export type Expectations = {
  readonly qualities: Float64Array
  readonly deviations: ArrayLike<number>
}

export type ChoosingOptions = {
  /** The share of requests whose model is drawn whatever is expected. */
  readonly explorationFloor: number
  /** Null: dollars do not matter. */
  readonly ceilingUsd: number | null
}

/**
 * The probability of each candidate: that with which Thompson sampling chooses it (Agrawal and Goyal, ICML 2013), by expected quality − λ · dollars/ceiling,
 * and the floor: of n candidates that can answer each gets floor/n, or less if it costs more than the ceiling, floor/n · ceiling/dollars, so that the
 * floor alone costs no more than its share of the ceiling.
 *
 * @param price λ @returns [candidates], with the sum 1; 0 for those that are excluded, and above 0 for the others.
 */
export function findPropensities(
  candidates: readonly Candidate[],
  { qualities, deviations }: Expectations,
  price: number,
  { explorationFloor, ceilingUsd }: ChoosingOptions,
): Float64Array {
  const { length } = candidates
  const isAble = (index: number) => candidates[index]!.excluded === null
  const values = new Float64Array(length)
  const widths = new Float64Array(length)
  const floors = new Float64Array(length)
  let able = 0
  for (let index = 0; index < length; index++) if (isAble(index)) able++
  let floor = 0
  for (let index = 0; index < length; index++) {
    const ceilings = ceilingUsd === null ? 0 : (candidates[index]!.usd ?? 0) / ceilingUsd
    values[index] = qualities[index]! - price * ceilings
    widths[index] = deviations[index]! * samplingWidth
    if (!isAble(index)) continue
    floors[index] = explorationFloor / able / Math.max(1, ceilings)
    floor += floors[index]!
  }
  const propensities = new Float64Array(length)
  writeWinProbabilities(values, widths, isAble, propensities)
  for (let index = 0; index < length; index++)
    propensities[index] = (1 - floor) * propensities[index]! + floors[index]!
  return propensities
}

/** Of the deviations: a narrower sample explores less, and lost less in simulations; the floor keeps exploring. */
const samplingWidth = 0.5
