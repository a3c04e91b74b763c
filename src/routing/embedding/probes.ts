import { float32Of, float32Tensor, type Tensor } from '../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../errors.ts'
import type { Embedder } from './embedder.ts'

/** The tensor of an artifact with the vectors of its embedder's probes: float32 [probes, dimensions]. */
const probesName = 'embedder.probes'

/** @param vectors the probes' vectors by the embedder that the router is trained on. */
export function tensorsOfProbes(vectors: readonly Float32Array[]): Map<string, Tensor> {
  const dimensions = vectors[0]?.length ?? 0
  const numbers = new Float32Array(vectors.length * dimensions)
  for (const [row, vector] of vectors.entries()) numbers.set(vector, row * dimensions)
  return new Map([[probesName, float32Tensor(numbers, [vectors.length, dimensions])]])
}

export type ProbeComparison = {
  /** 1: the vectors of the artifact; below about 0.5: those of another model. */
  readonly agreement: number
  /** What the embedder's vectors lack on average. */
  readonly shift: Float64Array
}

/**
 * How far an embedder gives the vectors that an artifact has for its probes: the correlation of both sets of vectors
 * after the mean of the artifact's is subtracted, and the difference of the means.
 *
 * The mean is subtracted because encoders give all texts similar vectors, so that the cosines between other models of
 * one family are high too.
 *
 * @throws ArtifactError `weights-missing`, `weights-shape`; what the embedder throws.
 */
export async function compareProbes(
  embedder: Embedder,
  probes: readonly string[],
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): Promise<ProbeComparison> {
  const expected = vectorsOfProbes(probes.length, embedder.dimensions, tensors, source)
  const mean = new Float64Array(embedder.dimensions)
  for (const vector of expected)
    for (const [column, number] of vector.entries()) mean[column]! += number / expected.length
  const shift = new Float64Array(embedder.dimensions)
  let [product, ours, theirs] = [0, 0, 0]
  for (const [row, vector] of (await embedder.embed(probes)).entries())
    for (const [column, number] of vector.entries()) {
      const one = number - mean[column]!
      const other = expected[row]![column]! - mean[column]!
      shift[column]! += (other - one) / expected.length
      product += one * other
      ours += one * one
      theirs += other * other
    }
  return { agreement: ours === 0 || theirs === 0 ? 0 : product / Math.sqrt(ours * theirs), shift }
}

function vectorsOfProbes(
  count: number,
  dimensions: number,
  tensors: ReadonlyMap<string, Tensor>,
  source: string,
): readonly Float32Array[] {
  const tensor = tensors.get(probesName)
  if (tensor === undefined)
    throw new ArtifactError(
      'weights-missing',
      `${source} names texts that its embedder is known by, and has no tensor ${probesName}. Install the package again, or train the router again.`,
    )
  if (tensor.shape.length !== 2 || tensor.shape[0] !== count || tensor.shape[1] !== dimensions)
    throw new ArtifactError(
      'weights-shape',
      `Tensor ${probesName} of ${source} has the shape [${tensor.shape.join(', ')}], and [${count}, ${dimensions}] is needed. Install the package again, or train the router again.`,
    )
  const numbers = float32Of(tensor, `${probesName} of ${source}`)
  return Array.from({ length: count }, (_, row) => numbers.subarray(row * dimensions, (row + 1) * dimensions))
}
