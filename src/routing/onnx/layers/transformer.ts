import type { Graph, Value } from '../graph/graph.ts'
import type { LinearShape, Parameters } from './parameters.ts'
import { perSequence, perToken, type Sequence } from './sequence.ts'

/** The building blocks of layers. */
export type Network = { readonly graph: Graph; readonly parameters: Parameters; readonly sequence: Sequence }

export type Activation = 'gelu' | 'gelu-tanh' | 'relu'

/** (x − mean) / √(variance + ε) · weight + bias over the last axis. */
export function layerNorm(
  { graph, parameters }: Network,
  prefix: string,
  { size, epsilon }: { readonly size: number; readonly epsilon: number },
  x: Value,
): Value {
  const [weight, bias] = [
    parameters.vector(`${prefix}.weight`, size),
    parameters.vector(`${prefix}.bias`, size),
  ]
  return graph.node('LayerNormalization', [x, weight, bias], { axis: -1, epsilon: { float: epsilon } })
}

export type Attention = {
  readonly size: number
  readonly heads: number
  /** Prefixes of the three projections. */
  readonly query: string
  readonly key: string
  readonly value: string
}

/** softmax(QKᵀ/√d) V per head, over the tokens and not the padding; x and the result are [batch · length, size]. */
export function selfAttention(network: Network, attention: Attention, x: Value): Value {
  const { graph, parameters, sequence } = network
  const { size, heads } = attention
  const square = { inputs: size, outputs: size } as const
  const projected = (prefix: string, shape: LinearShape) =>
    perSequence(graph, sequence, parameters.linear(prefix, shape, x), size)
  const query = projected(attention.query, square)
  const key = projected(attention.key, square)
  // In 8 bits, errors of the values are the largest part of the error of a vector, and take a twelfth of the work.
  const value = projected(attention.value, { ...square, precise: true })
  const context = graph.node('MultiHeadAttention', [query, key, value, '', sequence.mask], {
    num_heads: heads,
  })
  return perToken(graph, context, size)
}

/** W₂ · activation(W₁ x + b₁) + b₂ */
export function feedForward(
  { graph, parameters }: Network,
  shape: {
    readonly size: number
    readonly inner: number
    readonly activation: Activation
    readonly first: string
    readonly second: string
  },
  x: Value,
): Value {
  const { size, inner } = shape
  const wide = parameters.linear(shape.first, { inputs: size, outputs: inner }, x)
  return parameters.linear(
    shape.second,
    { inputs: inner, outputs: size },
    activate(graph, shape.activation, wide),
  )
}

function activate(graph: Graph, activation: Activation, x: Value): Value {
  switch (activation) {
    case 'relu':
      return graph.node('Relu', [x])
    case 'gelu':
      return graph.node('Gelu', [x])
    case 'gelu-tanh':
      return graph.node('Gelu', [x], { approximate: { text: 'tanh' } })
  }
}
