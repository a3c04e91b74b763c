import type { Graph, Value } from '../graph/graph.ts'

/** A batch of token sequences, the shorter ones padded at their end. */
export type Sequence = {
  /** int32 [batch, length] */
  readonly tokens: Value
  /** int32 [batch, length]: 1 for a token, 0 for padding. */
  readonly mask: Value
  /** int64 [2]: batch and length. */
  readonly shape: Value
}

export function sequenceInputs(graph: Graph): Sequence {
  const tokens = graph.input('tokens', 'int32', ['batch', 'length'])
  const mask = graph.input('mask', 'int32', ['batch', 'length'])
  return { tokens, mask, shape: graph.node('Shape', [tokens]) }
}

/** [batch · length, size] → [batch, length, size] */
export function perSequence(graph: Graph, { shape }: Sequence, x: Value, size: number): Value {
  return graph.node('Reshape', [x, graph.node('Concat', [shape, graph.integers([size])], { axis: 0 })])
}

/** [batch, length, …] or [batch, length, size] → [batch · length, size] */
export function perToken(graph: Graph, x: Value, size: number): Value {
  return graph.node('Reshape', [x, graph.integers([-1, size])])
}
