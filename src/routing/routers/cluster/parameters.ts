import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'
import { float32Column, tensorNamed } from '../labelled-prompts/tensors.ts'

/** Kinds of prompts, and how well each model does on each. */
export type ClusterParameters = {
  /** [clusters, dimensions] */
  readonly centres: Float32Array
  readonly dimensions: number
  /** [models, clusters] the expected score of each model of the manifest on each kind of prompt, in the data's unit. */
  readonly scores: Float32Array
  /** [clusters] what share of the training prompts was of each kind; they sum to 1. */
  readonly shares: Float32Array
  /** How the difference of two expected scores becomes a win rate: σ(slope · difference + offset). */
  readonly slope: number
  readonly offset: number
}

/** `centres` [clusters, dimensions], `scores` [models, clusters], `shares` [clusters], `scale` [2]: slope and offset; all F32. */
export function tensorsOfParameters(parameters: ClusterParameters): Map<string, Tensor> {
  const { centres, dimensions, scores, shares, slope, offset } = parameters
  const clusters = centres.length / dimensions
  return new Map([
    ['centres', float32Tensor(centres, [clusters, dimensions])],
    ['scores', float32Tensor(scores, [scores.length / clusters, clusters])],
    ['shares', float32Tensor(shares, [clusters])],
    ['scale', float32Tensor(Float32Array.of(slope, offset), [2])],
  ])
}

/**
 * @param source the artifact's folder, for errors.
 * @throws ArtifactError `weights-missing`, `weights-shape`, `weights-invalid`.
 */
export function parametersOfArtifact(
  { manifest, tensors }: RouterArtifact,
  source: string,
): ClusterParameters {
  const { dimensions } = manifest.embedder
  const clusters = tensorNamed(tensors, 'centres', source).shape[0] ?? 0
  const centres = matrixNamed(tensors, 'centres', clusters, dimensions, source)
  const scores = matrixNamed(tensors, 'scores', manifest.models.length, clusters, source)
  const shares = float32Column(tensors, 'shares', clusters, source)
  const [slope, offset] = float32Column(tensors, 'scale', 2, source)
  if (slope! > 0 && clusters > 0)
    return { centres, dimensions, scores, shares, slope: slope!, offset: offset! }
  throw new ArtifactError(
    'weights-invalid',
    `${source} has ${clusters} clusters and the slope ${slope}; both are above 0. Train the router again.`,
  )
}

function matrixNamed(
  tensors: ReadonlyMap<string, Tensor>,
  name: string,
  rows: number,
  columns: number,
  source: string,
): Float32Array {
  const tensor = tensorNamed(tensors, name, source)
  const [foundRows, foundColumns] = tensor.shape
  if (tensor.shape.length !== 2 || foundRows !== rows || foundColumns !== columns)
    throw new ArtifactError(
      'weights-shape',
      `Tensor ${name} of ${source} is [${tensor.shape.join(', ')}], and [${rows}, ${columns}] is needed. Train the router again.`,
    )
  return float32Column(
    new Map([[name, { ...tensor, shape: [rows * columns] }]]),
    name,
    rows * columns,
    source,
  )
}
