import type { CheckpointTensors, StoredTensor } from '../checkpoint-tensors.ts'
import type { Graph, Value } from '../graph/graph.ts'
import { createStoredParameters, type Parameters } from './parameters.ts'

/** Name of the scales that belong to a quantised matrix. */
export function scalesName(matrix: string): string {
  return `${matrix}.scales`
}

/**
 * Parameters of a file that `openQuantisedTensors` wrote: matrices in 8 bits.
 *
 * The other factor is quantised while computing, each row by its own largest number, so that a text's result does not
 * depend on the texts that it is computed with:
 * s = max |x| / 127 per row, q = round(x / s); x·W ≈ (q·W₈) · s · scales.
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
      const zero = graph.integer(zeroPoint, 'uint8')
      const product = graph.node('MatMulInteger', [quantisedRows.values, external(weight), zero])
      const perRow = graph.node('Mul', [graph.node('Cast', [product], { to: 1 }), quantisedRows.scales])
      const scaled = graph.node('Mul', [perRow, external(scalesName(weight))])
      return graph.node('Add', [scaled, stored.vector(`${prefix}.bias`, shape.outputs)])
    },
  }
}

/** Bytes 1 … 255 stand for −127 … 127: processors multiply unsigned by signed. */
const zeroPoint = 128

type QuantisedRows = {
  /** uint8, the shape of x */
  readonly values: Value
  /** float32 [rows, 1] */
  readonly scales: Value
}

function quantiseRows(graph: Graph, x: Value): QuantisedRows {
  const columns = graph.integers([1])
  const largest = graph.node('ReduceMax', [graph.node('Abs', [x]), columns], { keepdims: 0 })
  // A row of zeros has a scale too.
  const scales = graph.node('Mul', [graph.node('Max', [largest, graph.float(1e-9)]), graph.float(1 / 127)])
  const zeros = graph.node('Expand', [graph.integer(zeroPoint, 'uint8'), graph.node('Shape', [scales])])
  const values = graph.node('QuantizeLinear', [x, scales, zeros], { axis: 0 })
  return { values, scales: graph.node('Unsqueeze', [scales, columns]) }
}

function found({ tensors, folder }: CheckpointTensors, name: string): StoredTensor {
  const tensor = tensors.get(name)
  if (tensor === undefined) throw new Error(`the quantised weights in ${folder} lack ${name}`)
  return tensor
}
