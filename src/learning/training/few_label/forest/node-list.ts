import { type Forest, leaf } from '../../../../routing/routers/few_label/forest/forest.ts'

/** The nodes of trees that are being grown; readable as those of a `Forest`. */
export type NodeList = Pick<Forest, 'features' | 'thresholds' | 'children'> & {
  /** Adds the root of a tree, as a leaf. @returns its place. */
  add(): number
  /** Gives a leaf two children. @returns the place of the first; the second is behind it. */
  split(node: number, split: { readonly feature: number; readonly threshold: number }): number
  setValue(node: number, value: number): void
  value(node: number): number
  /** The trees so far, all values times a factor. */
  forest(factor: number): Forest
}

/** @param capacity for so many nodes memory is taken first; it doubles as they are needed. */
export function createNodeList(capacity = 1 << 12): NodeList {
  const roots: number[] = []
  let count = 0
  let features = new Int32Array(capacity)
  let thresholds = new Float32Array(capacity)
  let children = new Int32Array(capacity)
  let values = new Float64Array(capacity)

  function addLeaf(): number {
    if (count === features.length) double()
    features[count] = leaf
    return count++
  }

  function double(): void {
    const twice = <T extends Int32Array | Float32Array | Float64Array>(larger: T, old: T): T => {
      larger.set(old)
      return larger
    }
    const length = 2 * features.length
    features = twice(new Int32Array(length), features)
    thresholds = twice(new Float32Array(length), thresholds)
    children = twice(new Int32Array(length), children)
    values = twice(new Float64Array(length), values)
  }

  return {
    get features() {
      return features
    },
    get thresholds() {
      return thresholds
    },
    get children() {
      return children
    },
    add() {
      const root = addLeaf()
      roots.push(root)
      return root
    },
    split(node, { feature, threshold }) {
      const first = addLeaf()
      addLeaf()
      features[node] = feature
      thresholds[node] = threshold
      children[node] = first
      return first
    },
    setValue(node, value) {
      values[node] = value
    },
    value: (node) => values[node]!,
    forest: (factor) => ({
      roots: Int32Array.from(roots),
      features: features.slice(0, count),
      thresholds: thresholds.slice(0, count),
      children: children.slice(0, count),
      values: Float32Array.from(values.subarray(0, count), (value) => factor * value),
    }),
  }
}
