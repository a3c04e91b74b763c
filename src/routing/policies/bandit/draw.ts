import { mixUint32, seedWords } from '../../../base/math/random.ts'
import { hashEnd, hashSeed, hashStep } from '../../../base/text/token-hash.ts'

/** Characters of a unit that are read at its beginning, and as many at its end. */
const read = 512

/**
 * A number in [0, 1) that a unit has under a seed, as if drawn at random: the same on every machine and at every time.
 *
 * @param scope another scope draws independently.
 */
export function drawFor(unit: string, seed: number, scope: string): number {
  const { low, high } = seedWords(seed)
  let hash = addText(hashSeed ^ mixUint32(low ^ mixUint32(high)), scope, 0, scope.length)
  hash = hashStep(hash, unit.length)
  hash = addText(hash, unit, 0, Math.min(read, unit.length))
  hash = addText(hash, unit, Math.max(read, unit.length - read), unit.length)
  return mixUint32(hashEnd(hash)) / 4_294_967_296
}

function addText(hash: number, text: string, from: number, end: number): number {
  let added = hash
  for (let at = from; at < end; at++) added = hashStep(added, text.charCodeAt(at))
  return added
}

/** The place whose part of [0, 1) a number is in; the last one with a part, if rounding leaves it beyond all. */
export function findDrawn(probabilities: ArrayLike<number>, drawn: number): number {
  let left = drawn
  let last = -1
  for (let place = 0; place < probabilities.length; place++) {
    const probability = probabilities[place]!
    if (probability <= 0) continue
    last = place
    left -= probability
    if (left < 0) break
  }
  return last
}
