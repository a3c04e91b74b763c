import { createGraph } from './graph/graph.ts'

/**
 * An ONNX model that multiplies bytes and nothing else: `left` uint8 [rows, inner] times `right` int8 [inner, columns]
 * gives `result` int32 [rows, columns].
 *
 * An inference thread runs it before an int8 model is loaded. The x86 processors without VNNI instructions add two
 * products of a byte and a signed byte in 16 bits, which cannot hold more than 32,767: 255 · 127 + 255 · 127 becomes
 * 32,767. Source: "Quantize ONNX models" in the documentation of ONNX Runtime, section on U8S8 and U8U8.
 */
export function encodeByteProduct(): Uint8Array {
  const graph = createGraph()
  const left = graph.input('left', 'uint8', ['rows', 'inner'])
  const right = graph.input('right', 'int8', ['inner', 'columns'])
  graph.output('result', graph.node('MatMulInteger', [left, right]), 'int32', ['rows', 'columns'])
  return graph.encode()
}
