import type { Value } from '../graph/graph.ts'
import type { Network } from '../layers/transformer.ts'

/** One architecture of encoders, read from its `config.json`. */
export type Encoder = {
  /** Length of a token's vector. */
  readonly size: number
  readonly layers: number
  /** Rows of the token table: every token's number is below it. */
  readonly vocabulary: number
  /** Tokens that a sequence may have, its special ones included. */
  readonly maxTokens: number
  /** Number of the token that fills up shorter sequences. */
  readonly padToken: number
  /** Where its tensors' names begin in a checkpoint: with one of these, whichever the checkpoint has. */
  readonly prefixes: readonly string[]
  /** A tensor, without prefix, that identifies the prefix. */
  readonly landmark: string
  /** What transformers calls the model with a classifier. */
  readonly classifierClass: string
  /** Prefixes of the two layers of that classifier: output(tanh(hidden(vector of the first token))). */
  classifierLayers(prefix: string): ClassifierLayers
  /** The last layer's vectors, [batch, length, size]. */
  build(network: Network, prefix: string): Value
}

export type ClassifierLayers = { readonly hidden: string; readonly output: string }
