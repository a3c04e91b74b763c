import type { CheckpointTensors, StoredTensor } from '../checkpoint-tensors.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { createStoredParameters, type Parameters } from './parameters.ts'

/** The name of the tensor with the scales of a quantised matrix: float32 [outputs]. */
export function scalesName(matrix: string): string {
  return `${matrix}.scales`
}

/** The name of the tensor with the column sums of a quantised matrix, each times its scale: float32 [outputs]. */
export function sumsName(matrix: string): string {
  return `${matrix}.sums`
}

/**
 * The name of the tensor with the inputs of a quantised matrix that are kept exact: int32 [exact]. In int64, ONNX Runtime
 * may take a list of one input for an equal list of axes, and axes must not be in a file.
 */
export function exactInputsName(matrix: string): string {
  return `${matrix}.exact_inputs`
}

/** The name of the tensor with the weights of those inputs: float32 [exact, outputs]. */
export function exactWeightsName(matrix: string): string {
  return `${matrix}.exact_weights`
}

/**
 * Parameters of a file that `openQuantisedTensors` wrote: matrices in 8 bits.
 *
 * The graph quantises the other factor x while it computes, each row from its own smallest and largest number, so that
 * the result of a text does not depend on the texts that it is computed with:
 *
 * s = (max(x, 0) − min(x, 0)) / 255 and z = round(−min(x, 0) / s) per row; q = round(x / s) + z, 0 … 255; x ≈ s · (q − z).
 *
 * With c = 128, which keeps the sums small: x·W ≈ s · ((q − c)·W₈) · scales + s · (c − z) · sums.
 * The exact inputs have weights of 0 in W₈; their part of x·W is computed in float32.
 */
export function createQuantisedParameters(graph: Graph, quantised: CheckpointTensors): Parameters {
  const stored = createStoredParameters(graph, quantised)
  /** By the value that is quantised: query, key and value share one. */
  const rows = new Map<Value, QuantisedRows>()
  const external = (name: string) => graph.external(found(quantised, name))
  return {
    ...stored,
    linear(prefix, shape, x) {
      if (shape.precise === true) return stored.linear(prefix, shape, x)
      const quantisedRows = rows.get(x) ?? quantiseRows(graph, x)
      rows.set(x, quantisedRows)
      const weight = `${prefix}.weight`
      const centre = graph.integer(128, 'uint8')
      const product = graph.node('MatMulInteger', [quantisedRows.values, external(weight), centre])
      const perRow = graph.node('Mul', [graph.node('Cast', [product], { to: 1 }), quantisedRows.scales])
      const scaled = graph.node('Mul', [perRow, external(scalesName(weight))])
      // [outputs] → [1, outputs]
      const asRow = (vector: Value) => graph.node('Unsqueeze', [vector, graph.integers([0])])
      const bias = asRow(stored.vector(`${prefix}.bias`, shape.outputs))
      const rest = graph.node(
        'Concat',
        [asRow(external(sumsName(weight))), bias, external(exactWeightsName(weight))],
        { axis: 0 },
      )
      const exact = graph.node('Gather', [x, external(exactInputsName(weight))], { axis: 1 })
      // One short product adds the last term, the bias and the exact inputs.
      const factors = graph.node('Concat', [quantisedRows.offsets, exact], { axis: 1 })
      return graph.node('Gemm', [factors, rest, scaled])
    },
  }
}

type QuantisedRows = {
  /** uint8, the shape of x */
  readonly values: Value
  /** float32 [rows, 1] */
  readonly scales: Value
  /** float32 [rows, 2]: s · (128 − z), and 1 for the bias. */
  readonly offsets: Value
}

function quantiseRows(graph: Graph, x: Value): QuantisedRows {
  const columns = graph.integers([1])
  const zero = graph.float(0)
  const extreme = (operator: 'Min' | 'Max') =>
    graph.node(operator, [graph.node(`Reduce${operator}`, [x, columns], { keepdims: 1 }), zero])
  const least = extreme('Min')
  const range = graph.node('Sub', [extreme('Max'), least])
  // A row of zeros has a scale too.
  const scales = graph.node('Mul', [graph.node('Max', [range, graph.float(1e-9)]), graph.float(1 / 255)])
  const places = graph.node('Round', [graph.node('Div', [graph.node('Neg', [least]), scales])])
  const asVector = (value: Value) => graph.node('Squeeze', [value, columns])
  const values = graph.node(
    'QuantizeLinear',
    [x, asVector(scales), graph.node('Cast', [asVector(places)], { to: 2 })],
    { axis: 0 },
  )
  const offsets = graph.node('Mul', [graph.node('Sub', [graph.float(128), places]), scales])
  const ones = graph.node('Expand', [graph.float(1), graph.node('Shape', [offsets])])
  return { values, scales, offsets: graph.node('Concat', [offsets, ones], { axis: 1 }) }
}

function found({ tensors, folder }: CheckpointTensors, name: string): StoredTensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`the quantised weights in ${folder} lack ${name}`)
  return tensor
}
