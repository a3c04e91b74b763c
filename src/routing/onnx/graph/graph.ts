import type { StoredTensor } from '../checkpoint-tensors.ts'
import { createMessage, type MessageWriter } from './protobuf.ts'

/** The name of a tensor within a graph. */
export type Value = string

/** `TensorProto.DataType` of onnx.proto. */
export const elementTypes = {
  float32: 1,
  uint8: 2,
  int8: 3,
  int32: 6,
  int64: 7,
  float16: 10,
  bfloat16: 16,
} as const
export type ElementType = keyof typeof elementTypes

/** A whole number, several, a float (ONNX tells 1 from 1.0), or a word. */
export type Attribute = number | readonly number[] | { readonly float: number } | { readonly text: string }
export type Attributes = Readonly<Record<string, Attribute>>

/** A length, or the name of one that is known at run time only. */
export type Dimension = number | string

/** Collects the nodes of an ONNX graph and encodes it. */
export type Graph = {
  input(name: string, type: ElementType, dimensions: readonly Dimension[]): Value
  output(name: string, value: Value, type: ElementType, dimensions: readonly Dimension[]): void
  /** A node with one output. An empty input name leaves an optional input out. */
  node(operator: string, inputs: readonly Value[], attributes?: Attributes): Value
  /** A node with several outputs. */
  nodeOf(count: number, operator: string, inputs: readonly Value[], attributes?: Attributes): Value[]
  /** A number, float32. */
  float(value: number): Value
  /** A whole number, of the given type. */
  integer(value: number, type: 'int32' | 'int64' | 'uint8'): Value
  /** A list of whole numbers, int64: shapes and axes. */
  integers(values: readonly number[]): Value
  /** A tensor whose numbers stay in their file. */
  external(tensor: StoredTensor): Value
  /** An ONNX `ModelProto`. */
  encode(): Uint8Array
}

/** The operators of this ONNX version, which onnxruntime 1.17 and later have. */
const operatorSet = 20
const irVersion = 9
/** Operators of onnxruntime, which fuse several ONNX operators. */
const runtimeDomain = 'com.microsoft'
const runtimeOperators: ReadonlySet<string> = new Set(['MultiHeadAttention', 'DynamicQuantizeMatMul'])

const storedTypes: Readonly<Record<StoredTensor['dtype'], number>> = {
  F32: elementTypes.float32,
  F16: elementTypes.float16,
  BF16: elementTypes.bfloat16,
  I8: elementTypes.int8,
  U8: elementTypes.uint8,
  I32: elementTypes.int32,
  I64: elementTypes.int64,
  F64: 11,
}

/** Field numbers are those of onnx.proto. */
export function createGraph(): Graph {
  const nodes: MessageWriter[] = []
  const inputs: MessageWriter[] = []
  const outputs: MessageWriter[] = []
  /** By name, so that a tensor that is used twice is in the graph once. */
  const initializers = new Map<Value, MessageWriter>()
  let values = 0

  const constant = (type: ElementType, shape: readonly number[], bytes: Uint8Array): Value => {
    const name = `constant_${type}_${shape.join('x')}_${Buffer.from(bytes).toString('hex')}`
    initializers.set(name, tensorMessage(elementTypes[type], shape, name).bytes(9, bytes))
    return name
  }
  const addNode = (
    operator: string,
    from: readonly Value[],
    to: readonly Value[],
    attributes: Attributes = {},
  ) => {
    const node = createMessage()
    for (const value of from) node.text(1, value)
    for (const value of to) node.text(2, value)
    node.text(3, `${operator}_${nodes.length}`).text(4, operator)
    for (const [name, value] of Object.entries(attributes)) node.message(5, attributeMessage(name, value))
    if (runtimeOperators.has(operator)) node.text(7, runtimeDomain)
    nodes.push(node)
  }
  const graph: Graph = {
    input(name, type, dimensions) {
      inputs.push(valueInfo(name, type, dimensions))
      return name
    },
    output(name, value, type, dimensions) {
      addNode('Identity', [value], [name])
      outputs.push(valueInfo(name, type, dimensions))
    },
    node: (operator, from, attributes) => graph.nodeOf(1, operator, from, attributes)[0]!,
    nodeOf(count, operator, from, attributes) {
      const to = Array.from({ length: count }, () => `value_${values++}`)
      addNode(operator, from, to, attributes)
      return to
    },
    float: (value) =>
      constant(
        'float32',
        [],
        bytesOf(4, (view) => view.setFloat32(0, value, true)),
      ),
    integer(value, type) {
      if (type === 'uint8') return constant(type, [], Uint8Array.of(value))
      if (type === 'int32')
        return constant(
          type,
          [],
          bytesOf(4, (view) => view.setInt32(0, value, true)),
        )
      return constant(
        type,
        [],
        bytesOf(8, (view) => view.setBigInt64(0, BigInt(value), true)),
      )
    },
    integers: (list) =>
      constant(
        'int64',
        [list.length],
        bytesOf(8 * list.length, (view) => {
          for (const [index, value] of list.entries()) view.setBigInt64(8 * index, BigInt(value), true)
        }),
      ),
    external({ name, dtype, shape, file, offset, bytes }) {
      const tensor = tensorMessage(storedTypes[dtype], shape, name)
      const place = { location: file, offset: String(offset), length: String(bytes) }
      for (const [key, value] of Object.entries(place))
        tensor.message(13, createMessage().text(1, key).text(2, value))
      initializers.set(name, tensor.integer(14, 1))
      return name
    },
    encode() {
      const body = createMessage()
      for (const node of nodes) body.message(1, node)
      body.text(2, 'encoder')
      for (const tensor of initializers.values()) body.message(5, tensor)
      for (const input of inputs) body.message(11, input)
      for (const output of outputs) body.message(12, output)
      return createMessage()
        .integer(1, irVersion)
        .text(2, 'routellm')
        .message(7, body)
        .message(8, createMessage().text(1, '').integer(2, operatorSet))
        .message(8, createMessage().text(1, runtimeDomain).integer(2, 1))
        .finish()
    },
  }
  return graph
}

function tensorMessage(type: number, shape: readonly number[], name: string): MessageWriter {
  const tensor = createMessage()
  for (const size of shape) tensor.integer(1, size)
  return tensor.integer(2, type).text(8, name)
}

function valueInfo(name: string, type: ElementType, dimensions: readonly Dimension[]): MessageWriter {
  const shape = createMessage()
  for (const dimension of dimensions)
    shape.message(
      1,
      typeof dimension === 'number'
        ? createMessage().integer(1, dimension)
        : createMessage().text(2, dimension),
    )
  const tensor = createMessage().integer(1, elementTypes[type]).message(2, shape)
  return createMessage().text(1, name).message(2, createMessage().message(1, tensor))
}

/** `AttributeProto` with its type: 1 a float, 2 a whole number, 3 text, 7 several whole numbers. */
function attributeMessage(name: string, value: Attribute): MessageWriter {
  const attribute = createMessage().text(1, name)
  if (typeof value === 'number') return attribute.integer(3, value).integer(20, 2)
  if ('float' in value) return attribute.float(2, value.float).integer(20, 1)
  if ('text' in value) return attribute.text(4, value.text).integer(20, 3)
  for (const item of value) attribute.integer(8, item)
  return attribute.integer(20, 7)
}

function bytesOf(length: number, write: (view: DataView) => void): Uint8Array {
  const bytes = new Uint8Array(length)
  write(new DataView(bytes.buffer))
  return bytes
}
