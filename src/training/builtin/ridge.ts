export type RidgeExample = {
  readonly group: string
  readonly features: ArrayLike<number>
  readonly target: number
}

/**
 * Ridge regression of targets on features, both centred within their group, every group with the same total weight:
 * argmin Σ w·(y − x·β)² + penalty·n·|β|², n the number of examples.
 *
 * @returns β [features]; what differs between groups has no say in it.
 */
export function centredRidge(examples: readonly RidgeExample[], penalty: number): Float64Array {
  const size = examples[0]?.features.length ?? 0
  const matrix = new Float64Array(size * size)
  const right = new Float64Array(size)
  const groups = groupsOf(examples)
  for (const group of groups) {
    const weight = examples.length / group.length
    const means = Float64Array.from({ length: size }, (_, i) => mean(group, ({ features }) => features[i]!))
    const targetMean = mean(group, ({ target }) => target)
    const centred = new Float64Array(size)
    for (const { features, target } of group) {
      for (let i = 0; i < size; i++) centred[i] = features[i]! - means[i]!
      for (let i = 0; i < size; i++) {
        right[i]! += weight * centred[i]! * (target - targetMean)
        for (let j = 0; j <= i; j++) matrix[i * size + j]! += weight * centred[i]! * centred[j]!
      }
    }
  }
  for (let i = 0; i < size; i++) matrix[i * size + i]! += penalty * examples.length * groups.length
  return solvePositiveDefinite(matrix, right)
}

function groupsOf(examples: readonly RidgeExample[]): readonly (readonly RidgeExample[])[] {
  const groups = new Map<string, RidgeExample[]>()
  for (const example of examples) {
    const members = groups.get(example.group)
    if (members === undefined) groups.set(example.group, [example])
    else members.push(example)
  }
  return [...groups.values()]
}

function mean(group: readonly RidgeExample[], value: (example: RidgeExample) => number): number {
  let sum = 0
  for (const example of group) sum += value(example)
  return sum / group.length
}

/** Cholesky, in place on the lower triangle of `matrix` [size, size]. */
function solvePositiveDefinite(matrix: Float64Array, right: Float64Array): Float64Array {
  const size = right.length
  for (let j = 0; j < size; j++) {
    for (let i = j; i < size; i++) {
      let sum = matrix[i * size + j]!
      for (let k = 0; k < j; k++) sum -= matrix[i * size + k]! * matrix[j * size + k]!
      matrix[i * size + j] = i === j ? Math.sqrt(sum) : sum / matrix[j * size + j]!
    }
  }
  const solution = Float64Array.from(right)
  for (let i = 0; i < size; i++) {
    for (let k = 0; k < i; k++) solution[i]! -= matrix[i * size + k]! * solution[k]!
    solution[i]! /= matrix[i * size + i]!
  }
  for (let i = size - 1; i >= 0; i--) {
    for (let k = i + 1; k < size; k++) solution[i]! -= matrix[k * size + i]! * solution[k]!
    solution[i]! /= matrix[i * size + i]!
  }
  return solution
}
