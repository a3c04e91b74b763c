import type { Random } from '../../../../base/math/random.ts'
import { createNodeList, type NodeList } from './node-list.ts'

/** Rows of numbers with a target. */
export type TreeRows = {
  readonly count: number
  /** Numbers per row. */
  readonly size: number
  /** [count, size] */
  readonly inputs: Float64Array
  /** [count] */
  readonly target: Float64Array
  /** [count] how much each row counts. */
  readonly weights: Float64Array
}

export type TreeGrower = {
  /** Grows a tree on the rows that `isSeen` holds for. @returns the place of its root in `nodes`. */
  grow(isSeen: (row: number) => boolean, random: Random): number
  /** The nodes of all trees. */
  readonly nodes: NodeList
}

type Split = { readonly feature: number; readonly threshold: number }

export type TreeOptions = {
  /** A leaf has at least so many rows. */
  readonly smallestLeaf: number
  /** A node tries so many inputs, drawn at random; some may be drawn twice. */
  readonly inputsTried: number
}

export function createTreeGrower(
  { count, size, inputs, target, weights }: TreeRows,
  { smallestLeaf, inputsTried }: TreeOptions,
): TreeGrower {
  const nodes = createNodeList()
  // [size, count]: the rows of a node are read input by input.
  const columns = new Float64Array(size * count)
  for (let row = 0; row < count; row++)
    for (let feature = 0; feature < size; feature++)
      columns[feature * count + row] = inputs[row * size + feature]!
  const rows = new Int32Array(count)

  function grow(isSeen: (row: number) => boolean, random: Random): number {
    let seen = 0
    for (let row = 0; row < count; row++) if (isSeen(row)) rows[seen++] = row
    const root = nodes.add()
    const open = [{ node: root, from: 0, to: seen }]
    for (let part = open.pop(); part !== undefined; part = open.pop()) {
      const { node, from, to } = part
      nodes.setValue(node, meanOf(from, to))
      const split = to - from < 2 * smallestLeaf ? undefined : bestSplit(from, to, random)
      if (split === undefined) continue
      const middle = divide(from, to, split)
      const first = nodes.split(node, split)
      open.push({ node: first + 1, from: middle, to }, { node: first, from, to: middle })
    }
    return root
  }

  function meanOf(from: number, to: number): number {
    let sum = 0
    let weight = 0
    for (let place = from; place < to; place++) {
      const row = rows[place]!
      sum += weights[row]! * target[row]!
      weight += weights[row]!
    }
    return weight === 0 ? 0 : sum / weight
  }

  /** Of one random threshold on each input that is tried, the one with the largest Σ (sum of the side's target)² / weight of the side. */
  function bestSplit(from: number, to: number, random: Random): Split | undefined {
    let weight = 0
    let sum = 0
    for (let place = from; place < to; place++) {
      const row = rows[place]!
      weight += weights[row]!
      sum += weights[row]! * target[row]!
    }
    // Without a split: a split that explains nothing is none.
    let best = (sum * sum) / weight + 1e-12 * weight
    let found: Split | undefined
    for (let tried = 0; tried < inputsTried; tried++) {
      const feature = Math.floor(random.next() * size)
      const threshold = drawThreshold(feature * count, from, to, random)
      if (threshold === undefined) continue
      let low = 0
      let lowWeight = 0
      let lowSum = 0
      for (let place = from; place < to; place++) {
        const row = rows[place]!
        if (columns[feature * count + row]! > threshold) continue
        low++
        lowWeight += weights[row]!
        lowSum += weights[row]! * target[row]!
      }
      if (low < smallestLeaf || to - from - low < smallestLeaf) continue
      const explained = lowSum ** 2 / lowWeight + (sum - lowSum) ** 2 / (weight - lowWeight)
      if (explained <= best) continue
      best = explained
      found = { feature, threshold }
    }
    return found
  }

  /** Between the least and the greatest value of an input, as it is stored; undefined if all are equal. */
  function drawThreshold(column: number, from: number, to: number, random: Random): number | undefined {
    let least = columns[column + rows[from]!]!
    let greatest = least
    for (let place = from + 1; place < to; place++) {
      const value = columns[column + rows[place]!]!
      if (value < least) least = value
      else if (value > greatest) greatest = value
    }
    return least === greatest ? undefined : Math.fround(least + random.next() * (greatest - least))
  }

  /** Sorts the rows of a part by the side on which they are. @returns where the second side begins. */
  function divide(from: number, to: number, { feature, threshold }: Split): number {
    let middle = from
    for (let place = from; place < to; place++) {
      const row = rows[place]!
      if (columns[feature * count + row]! > threshold) continue
      rows[place] = rows[middle]!
      rows[middle++] = row
    }
    return middle
  }

  return { grow, nodes }
}
