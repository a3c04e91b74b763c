import { principalAxes } from '../../../../base/math/linear/principal-axes.ts'
import type { MeaningSpace } from '../../../../routing/routers/few_label/prompt-space.ts'

/** Trees that may choose among 32 order less well. */
const mostAxes = 16
/** With fewer prompts per axis the axes fit the prompts that they are learned from, and no others. */
const promptsPerAxis = 8

/**
 * The centre of vectors, and the axes of their directions from it.
 *
 * @param vectors [prompts, size]
 * @yields often.
 */
export function* trainMeaningSpace(vectors: Float32Array, size: number): Generator<void, MeaningSpace> {
  const prompts = vectors.length / size
  const centre = new Float64Array(size)
  for (let from = 0; from < vectors.length; from += size)
    for (let k = 0; k < size; k++) centre[k]! += vectors[from + k]! / prompts
  yield
  const directions = Float64Array.from(vectors)
  for (let from = 0; from < vectors.length; from += size) {
    let squared = 0
    for (let k = from; k < from + size; k++) {
      directions[k]! -= centre[k - from]!
      squared += directions[k]! ** 2
    }
    const scale = squared === 0 ? 0 : 1 / Math.sqrt(squared)
    for (let k = from; k < from + size; k++) directions[k]! *= scale
    yield
  }
  const wanted = Math.min(mostAxes, size, Math.floor(prompts / promptsPerAxis))
  return {
    centre: Float32Array.from(centre),
    axes: Float32Array.from(yield* principalAxes(directions, size, wanted)),
  }
}
