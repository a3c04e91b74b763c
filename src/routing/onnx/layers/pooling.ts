import type { Value } from '../graph/graph.ts'
import type { Network } from './transformer.ts'

/**
 * How the vectors of the tokens become one; `cls` is that of the first token. `ends` is four vectors after each other:
 * the mean of all tokens, that of the first ones, that of the last ones, and the first token's.
 */
export type Pooling = 'mean' | 'cls' | 'max' | 'mean-sqrt-length' | 'ends'

/** Tokens of each end that `ends` averages, with the special one there. Where a text has fewer: all of them. */
const endTokens = { first: 11, last: 9 } as const

/** Numbers of the pooled vector for each number of a token's vector. */
export function poolingParts(pooling: Pooling): number {
  return pooling === 'ends' ? 4 : 1
}

/**
 * hidden [batch, length, size] → [batch, poolingParts · size]; padding has no part in it.
 *
 * @param normalise whether each part is brought to unit length.
 */
export function pool(network: Network, pooling: Pooling, hidden: Value, normalise: boolean): Value {
  const finished = (x: Value) => (normalise ? normalised(network, x) : x)
  if (pooling !== 'ends') return finished(pooledAs(network, pooling, hidden))
  const { graph, sequence } = network
  /** Of the mask, what counts at most `count` tokens from one end. */
  const end = (count: number, reverse: 0 | 1) => {
    const place = graph.node('CumSum', [sequence.mask, graph.integer(1, 'int64')], { reverse })
    const near = graph.node('Not', [graph.node('Greater', [place, graph.integer(count, 'int32')])])
    return graph.node('Mul', [graph.node('Cast', [near], { to: 6 }), sequence.mask])
  }
  const masks = [sequence.mask, end(endTokens.first, 0), end(endTokens.last, 1)]
  const parts = masks.map((mask) =>
    finished(pooledAs({ ...network, sequence: { ...sequence, mask } }, 'mean', hidden)),
  )
  return graph.node('Concat', [...parts, finished(firstToken(graph, hidden))], { axis: 1 })
}

function pooledAs({ graph, sequence }: Network, pooling: Exclude<Pooling, 'ends'>, hidden: Value): Value {
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
function normalised({ graph }: Network, x: Value): Value {
  const length = graph.node('ReduceL2', [x, graph.integers([1])], { keepdims: 1 })
  return graph.node('Div', [x, graph.node('Max', [length, graph.float(1e-12)])])
}
