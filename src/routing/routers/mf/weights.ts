import type { RouterArtifact } from '../../../base/artifact/router-artifact.ts'
import { float32Of, float32Tensor, type Tensor } from '../../../base/artifact/safetensors.ts'
import { ArtifactError } from '../../../errors.ts'

/** The learned parameters of the matrix factorization δ(M, q) = w₂ᵀ(v_M/|v_M| ⊙ W₁ v_q). All row by row. */
export type MatrixFactorizationWeights = {
  /** Row i of `modelEmbeddings` belongs to `models[i]`. */
  readonly models: readonly string[]
  /** v: [models, dimensions] */
  readonly modelEmbeddings: Float32Array
  /** W₁: [dimensions, textDimensions] */
  readonly projection: Float32Array
  /** w₂: [dimensions] */
  readonly classifier: Float32Array
  /** Length of a model's vector. */
  readonly dimensions: number
  /** Length of a prompt's embedding. */
  readonly textDimensions: number
}

/** The tensors' names, both in upstream's checkpoints and in this project's artifacts. */
const modelEmbeddingsName = 'P.weight'
const projectionName = 'text_proj.0.weight'
const classifierName = 'classifier.0.weight'

/** The weights of an artifact of kind `mf`. @throws ArtifactError if shapes and manifest disagree. */
export function weightsOfArtifact(artifact: RouterArtifact, source: string): MatrixFactorizationWeights {
  const { models, embedder } = artifact.manifest
  return weightsOfTensors(artifact.tensors, models, embedder.dimensions, source)
}

/** The tensors of an artifact of kind `mf`, as `weightsOfArtifact` reads them. */
export function tensorsOfWeights(weights: MatrixFactorizationWeights): Map<string, Tensor> {
  const { models, dimensions, textDimensions } = weights
  return new Map([
    [modelEmbeddingsName, float32Tensor(weights.modelEmbeddings, [models.length, dimensions])],
    [projectionName, float32Tensor(weights.projection, [dimensions, textDimensions])],
    [classifierName, float32Tensor(weights.classifier, [1, dimensions])],
  ])
}

/**
 * The weights in a safetensors file of upstream's layout.
 *
 * @param dimensions the expected dimensions, if known. Default: those of the file.
 * @throws ArtifactError `weights-missing` or `weights-shape`, naming tensor, shape found and shape needed.
 */
export function weightsOfTensors(
  tensors: ReadonlyMap<string, Tensor>,
  models: readonly string[],
  textDimensions: number,
  source: string,
  dimensions: number = tensors.get(classifierName)?.shape[1] ?? 0,
): MatrixFactorizationWeights {
  const read = (name: string, shape: readonly number[], meaning: string): Float32Array => {
    const tensor = tensors.get(name)
    if (tensor === undefined)
      throw new ArtifactError(
        'weights-missing',
        `${source} has no tensor ${name} (it has: ${[...tensors.keys()].join(', ') || 'none'}). It is not a matrix factorization router; check the path.`,
      )
    if (
      tensor.shape.length !== shape.length ||
      shape.some((size, axis) => tensor.shape[axis] !== size || size === 0)
    )
      throw new ArtifactError(
        'weights-shape',
        `Tensor ${name} of ${source} has the shape [${tensor.shape.join(', ')}], and [${shape.join(', ')}] (${meaning}) is needed. Weights and description do not belong together: download or train the router again.`,
      )
    return float32Of(tensor, `${name} of ${source}`)
  }
  return {
    models,
    classifier: read(classifierName, [1, dimensions], 'one class × dimensions'),
    modelEmbeddings: read(modelEmbeddingsName, [models.length, dimensions], 'models × dimensions'),
    projection: read(projectionName, [dimensions, textDimensions], 'dimensions × length of an embedding'),
    dimensions,
    textDimensions,
  }
}
