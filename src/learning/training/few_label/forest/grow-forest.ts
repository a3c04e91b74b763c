import { createRandom, type Random } from '../../../../base/math/random.ts'
import { type Forest, leafOf } from '../../../../routing/routers/few_label/forest/forest.ts'
import { createTreeGrower, type TreeRows } from './grow-tree.ts'
import { createLeftOutMeans } from './left-out-means.ts'

export type GrownForest = {
  /** The sum of its leaves' values is the mean prediction of its trees. */
  readonly forest: Forest
  /**
   * [rows] the mean prediction of the trees that have not seen the row, less the mean of the rows that they have seen, with
   * the spread of the whole forest's predictions.
   */
  readonly leftOutScores: Float64Array
}

export type ForestOptions = {
  readonly trees: number
  /** Each tree is grown without one fold of the rows. */
  readonly folds: number
  readonly seed: number
}

/** A leaf has at least this many rows, and at least this share of all, which bounds the size of a tree. */
const fewestRowsInLeaf = 5
const mostLeaves = 30
/** A node chooses among this share of the inputs: with all of them the trees are too alike. */
const inputShare = 0.2
const fewestInputsTried = 12

/**
 * Extremely randomised trees (Geurts, Ernst and Wehenkel 2006): each node takes, of random thresholds on some of the inputs,
 * the one that explains most of the target. Each group of `folds` trees divides the rows at random into as many folds, and each of
 * its trees omits one: so every row is left out of the same number of trees.
 *
 * The mean of the left-out trees varies more than that of all, because there are fewer. Its spread is reduced to that of
 * the whole forest's predictions of new rows; otherwise a threshold on one would not fit the other.
 *
 * @yields after each tree.
 */
export function* growForest(
  rows: TreeRows,
  { trees, folds, seed }: ForestOptions,
): Generator<void, GrownForest> {
  // Each tree has a stream of its own, so that a row's target has no influence on trees that do not see it.
  const seeds = createRandom(seed)
  const smallestLeaf = Math.max(fewestRowsInLeaf, Math.ceil(rows.count / mostLeaves))
  const grower = createTreeGrower(rows, {
    smallestLeaf,
    inputsTried: Math.max(fewestInputsTried, Math.round(inputShare * rows.size)),
  })
  const foldOf = new Int32Array(rows.count)
  const leftOut = createLeftOutMeans(rows.count)
  const inputs = Array.from({ length: rows.count }, (_, row) =>
    rows.inputs.subarray(row * rows.size, (row + 1) * rows.size),
  )
  for (let tree = 0; tree < trees; tree++) {
    const fold = tree % folds
    if (fold === 0) drawFolds(foldOf, folds, createRandom(seeds.nextInt(2 ** 32)))
    const root = grower.grow((row) => foldOf[row] !== fold, createRandom(seeds.nextInt(2 ** 32)))
    for (let row = 0; row < rows.count; row++) {
      if (foldOf[row] !== fold) continue
      const { nodes } = grower
      // From the root's value, which is the lower the higher the target of the rows that are left out.
      leftOut.add(row, nodes.value(leafOf(nodes, root, inputs[row]!)) - nodes.value(root))
    }
    yield
  }
  return { forest: grower.nodes.forest(1 / trees), leftOutScores: leftOut.read(trees) }
}

/** Folds of equal size, at random. */
function drawFolds(foldOf: Int32Array, folds: number, random: Random): void {
  for (let row = 0; row < foldOf.length; row++) foldOf[row] = row % folds
  for (let last = foldOf.length - 1; last > 0; last--) {
    const other = random.nextInt(last + 1)
    const taken = foldOf[last]!
    foldOf[last] = foldOf[other]!
    foldOf[other] = taken
  }
}
