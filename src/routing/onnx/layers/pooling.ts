import type { Value } from '../graph/graph.ts'
import type { Network } from './transformer.ts'

/** How the vectors of the tokens become one; `cls` is that of the first token. */
export type Pooling = 'mean' | 'cls' | 'max' | 'mean-sqrt-length'

/** hidden [batch, length, size] → [batch, size]; padding has no part in it. */
export function pool({ graph, sequence }: Network, pooling: Pooling, hidden: Value): Value {
  if (pooling === 'cls') return firstToken(graph, hidden)
  // [batch, length, 1]
  const mask = graph.node('Unsqueeze', [graph.node('Cast', [sequence.mask], { to: 1 }), graph.integers([2])])
  const overTokens = graph.integers([1])
  if (pooling === 'max') {
    const distance = graph.node('Mul', [graph.node('Sub', [graph.float(1), mask]), graph.float(-1e9)])
    return graph.node('ReduceMax', [graph.node('Add', [hidden, distance]), overTokens], { keepdims: 0 })
  }
  const sum = graph.node('ReduceSum', [graph.node('Mul', [hidden, mask]), overTokens], { keepdims: 0 })
  const count = graph.node('ReduceSum', [mask, overTokens], { keepdims: 0 })
  return graph.node('Div', [sum, pooling === 'mean' ? count : graph.node('Sqrt', [count])])
}

/** hidden [batch, length, size] → [batch, size] */
export function firstToken(graph: Network['graph'], hidden: Value): Value {
  return graph.node('Gather', [hidden, graph.integer(0, 'int64')], { axis: 1 })
}

/** x / max(‖x‖₂, 1e-12), as PyTorch's `normalize`. */
export function normalised({ graph }: Network, x: Value): Value {
  const length = graph.node('ReduceL2', [x, graph.integers([1])], { keepdims: 1 })
  return graph.node('Div', [x, graph.node('Max', [length, graph.float(1e-12)])])
}
