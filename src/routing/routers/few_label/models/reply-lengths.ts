import type { FewLabelWeights } from '../parameters.ts'

/** How long the replies of the models are. */
export type ReplyLengths = {
  /** [models] the natural logarithm of the tokens of each model's reply, as a mean of tokens. No trees. */
  readonly models: readonly FewLabelWeights[]
  /** [models] the fewest and the most tokens that are predicted, above 0. */
  readonly least: Float32Array
  readonly most: Float32Array
}

/** exp(`logTokens`), but no shorter and no longer than the model's labelled replies were. */
export function toReplyTokens(
  logTokens: number,
  { least, most }: Pick<ReplyLengths, 'least' | 'most'>,
  model: number,
): number {
  return Math.min(most[model]!, Math.max(least[model]!, Math.exp(logTokens)))
}
