import { normalCdf, normalQuantile } from '../../../../base/math/statistics/normal.ts'

/**
 * The probability of each of several independent normal values to be the largest: that with which Thompson sampling chooses the arm.
 *
 * P(a) = E[ Π_b Φ((v_a − m_b)/s_b) ] over v_a, by its 16 equally likely parts, each at its middle; then scaled so that the
 * sum is 1.
 *
 * @param isAble leaves out the others, whose probability is 0; at least one is able.
 * @param target [arms] is overwritten.
 */
export function writeWinProbabilities(
  means: ArrayLike<number>,
  deviations: ArrayLike<number>,
  isAble: (arm: number) => boolean,
  target: Float64Array,
): void {
  let sum = 0
  for (let arm = 0; arm < target.length; arm++) {
    target[arm] = isAble(arm) ? winProbability(arm, means, deviations, isAble) : 0
    sum += target[arm]!
  }
  for (let arm = 0; arm < target.length; arm++) target[arm]! /= sum
}

function winProbability(
  arm: number,
  means: ArrayLike<number>,
  deviations: ArrayLike<number>,
  isAble: (arm: number) => boolean,
): number {
  let sum = 0
  for (const part of normalParts) {
    const value = means[arm]! + deviations[arm]! * part
    let product = 1
    for (let other = 0; other < means.length && product > negligible; other++)
      if (other !== arm && isAble(other)) product *= normalTable((value - means[other]!) / deviations[other]!)
    sum += product
  }
  return sum / normalParts.length
}

const negligible = 1e-6

const parts = 16
/** z at the middle of each of the equally likely parts. */
const normalParts = Array.from({ length: parts }, (_, part) => normalQuantile((part + 0.5) / parts))

const tableEnd = 4
const perUnit = 64
/** Φ at −4 … 4. */
const table = Float64Array.from({ length: 2 * tableEnd * perUnit + 2 }, (_, at) =>
  normalCdf(at / perUnit - tableEnd),
)

/** Φ(z) by straight lines between values of a table, within 2e-5; an exponential costs ten times as much. */
function normalTable(z: number): number {
  if (!(z > -tableEnd)) return table[0]!
  if (z >= tableEnd) return 1
  const place = (z + tableEnd) * perUnit
  const at = Math.floor(place)
  return table[at]! + (place - at) * (table[at + 1]! - table[at]!)
}
