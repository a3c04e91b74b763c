/**
 * Regression trees, their nodes one after another. A prompt goes from the root of each tree to a leaf: at a node with the
 * feature f to the node `children` if its f-th input is at most the threshold, else to the one after it. The forest's part
 * of a score is the sum of the leaves' values.
 */
export type Forest = {
  /** [trees] the place of each tree's root. */
  readonly roots: Int32Array
  /** [nodes] the input that the node compares; `leaf` for a leaf. */
  readonly features: Int32Array
  /** [nodes] 0 for a leaf. */
  readonly thresholds: Float32Array
  /** [nodes] the place of the first of its two children, which is behind it; 0 for a leaf. */
  readonly children: Int32Array
  /** [nodes] what the tree says of the prompts at this node, as a part of the score. */
  readonly values: Float32Array
}

/** In place of a feature: the node has no children. */
export const leaf = -1

export const emptyForest: Forest = {
  roots: new Int32Array(0),
  features: new Int32Array(0),
  thresholds: new Float32Array(0),
  children: new Int32Array(0),
  values: new Float32Array(0),
}

/** The forest's part of the score of a prompt with these inputs. */
export function forestPart(forest: Forest, inputs: Float64Array): number {
  const { roots, values } = forest
  let sum = 0
  for (let tree = 0; tree < roots.length; tree++) sum += values[leafOf(forest, roots[tree]!, inputs)]!
  return sum
}

/** The place of the leaf that inputs reach from a node. */
export function leafOf(
  { features, thresholds, children }: Pick<Forest, 'features' | 'thresholds' | 'children'>,
  from: number,
  inputs: Float64Array,
): number {
  let node = from
  for (let feature = features[node]!; feature >= 0; feature = features[node]!)
    node = children[node]! + (inputs[feature]! > thresholds[node]! ? 1 : 0)
  return node
}

/**
 * Which input moved the forest's part by how much: at each node on the way to a leaf the change of the value counts for the
 * node's feature. With the roots' values they sum to `forestPart`. @returns [inputs]
 */
export function forestEffects(forest: Forest, inputs: Float64Array): Float64Array {
  const { roots, features, thresholds, children, values } = forest
  const effects = new Float64Array(inputs.length)
  for (const root of roots) {
    let node = root
    for (let feature = features[node]!; feature >= 0; feature = features[node]!) {
      const next = children[node]! + (inputs[feature]! > thresholds[node]! ? 1 : 0)
      effects[feature]! += values[next]! - values[node]!
      node = next
    }
  }
  return effects
}

/** The forest with all values times a factor. */
export function scaledForest(forest: Forest, factor: number): Forest {
  return factor === 0 ? emptyForest : { ...forest, values: forest.values.map((value) => factor * value) }
}
