import { shuffle } from '../../../src/base/math/draw.ts'
import { dot } from '../../../src/base/math/linear/vectors.ts'
import type { Random } from '../../../src/base/math/random.ts'
import type { Example } from './examples.ts'

/** Prompts of one family share a fold: such are alike in what they are about and in how they say it. */
const sameFamily = 0.9

/**
 * A fold for each example, with whole families in a fold: two prompts are of one family if a chain of prompts connects
 * them, each with a cosine of at least `sameFamily` to the next.
 */
export function familyFolds(examples: readonly Example[], foldCount: number, random: Random): Int32Array {
  const families = familiesOf(examples)
  const names = [...new Set(families)]
  shuffle(names, random)
  const foldOf = new Map(names.map((family, index) => [family, index % foldCount]))
  return Int32Array.from(families, (family) => foldOf.get(family)!)
}

/** The number of the first member of each example's family. */
export function familiesOf(examples: readonly Example[]): Int32Array {
  const parents = Int32Array.from(examples, (_, index) => index)
  function rootOf(index: number): number {
    let root = index
    while (parents[root] !== root) root = parents[root]!
    parents[index] = root
    return root
  }
  for (let one = 0; one < examples.length; one++) {
    for (let other = 0; other < one; other++) {
      if (dot(examples[one]!.vector, examples[other]!.vector) < sameFamily) continue
      const [first, second] = [rootOf(one), rootOf(other)]
      parents[Math.max(first, second)] = Math.min(first, second)
    }
  }
  return parents.map((_, index) => rootOf(index))
}
