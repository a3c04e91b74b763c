import { ArtifactError } from '../../../errors.ts'
import type { CheckpointTensors, StoredTensor } from '../checkpoint-tensors.ts'
import type { Graph, Value } from '../graph/graph.ts'

/** The numbers of a checkpoint in the form that layers need, independent of how they are stored. */
export type Parameters = {
  /** A bias or a scale: float32 [size]. */
  vector(name: string, size: number): Value
  /** The rows of a table [rows, columns] that `indices` names: float32, the shape of `indices` and then columns. */
  rows(name: string, shape: readonly [number, number], indices: Value): Value
  /** x·Wᵀ + b with W [outputs, inputs] from `<prefix>.weight`, b from `<prefix>.bias`; x is [rows, inputs]. */
  linear(prefix: string, shape: LinearShape, x: Value): Value
}

export type LinearShape = {
  readonly inputs: number
  readonly outputs: number
  /** Never quantised: the few weights whose error changes the result most. */
  readonly precise?: true
}

/** Parameters in the precision of the checkpoint, computed with in float32. The numbers stay in the file. */
export function createStoredParameters(graph: Graph, checkpoint: CheckpointTensors): Parameters {
  const find = (name: string, shape: readonly number[]) => storedTensor(checkpoint, name, shape)
  /** float16 and bfloat16 are widened when the session is created. Of a table, only the used rows are widened. */
  const widened = ({ dtype }: StoredTensor, value: Value) =>
    dtype === 'F32' ? value : graph.node('Cast', [value], { to: 1 })
  const matrix = (name: string, shape: readonly number[]) => {
    const tensor = find(name, shape)
    return widened(tensor, graph.external(tensor))
  }
  return {
    vector: (name, size) => matrix(name, [size]),
    rows(name, shape, indices) {
      const tensor = find(name, shape)
      return widened(tensor, graph.node('Gather', [graph.external(tensor), indices]))
    },
    linear: (prefix, { inputs, outputs }, x) =>
      graph.node(
        'Gemm',
        [x, matrix(`${prefix}.weight`, [outputs, inputs]), matrix(`${prefix}.bias`, [outputs])],
        { transB: 1 },
      ),
  }
}

const numberTypes: readonly string[] = ['F32', 'F16', 'BF16']

/**
 * A tensor by its name, of exactly this shape.
 *
 * @throws ArtifactError `checkpoint-unfit`.
 */
export function storedTensor(
  { tensors, folder }: CheckpointTensors,
  name: string,
  shape: readonly number[],
): StoredTensor {
  const tensor = tensors.get(name) ?? tensors.get(olderName(name))
  if (tensor === undefined)
    throw new ArtifactError(
      'checkpoint-unfit',
      `The weights in ${folder} lack the tensor ${name}, which config.json asks for; they have ${[...tensors.keys()].slice(0, 4).join(', ')}, …. Is this the config.json of another model?`,
    )
  if (tensor.shape.length !== shape.length || tensor.shape.some((size, axis) => size !== shape[axis]))
    throw new ArtifactError(
      'checkpoint-unfit',
      `The tensor ${name} in ${folder} has the shape [${tensor.shape.join(', ')}], and config.json asks for [${shape.join(', ')}]. Is this the config.json of another model?`,
    )
  if (!numberTypes.includes(tensor.dtype))
    throw new ArtifactError(
      'checkpoint-unfit',
      `The tensor ${name} in ${folder} is stored as ${tensor.dtype}; ${numberTypes.join(', ')} are read. Save the model unquantised, in one of those.`,
    )
  return tensor
}

/** What the first BERT checkpoints call the two vectors of a layer norm. */
function olderName(name: string): string {
  return name.replace(/LayerNorm\.weight$/, 'LayerNorm.gamma').replace(/LayerNorm\.bias$/, 'LayerNorm.beta')
}
