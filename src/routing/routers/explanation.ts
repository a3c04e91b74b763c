/** Why a router scored a prompt as it did. */
export type Explanation = {
  readonly strongWinRate: number
  /** The largest influences first. Together with the router's constant they make the whole score. */
  readonly contributions: readonly Contribution[]
  /** In a few words, from a router that has one reason: the rule that matched. */
  readonly reason?: string
  /** The labelled prompts that the score leans on most, most similar first, from a router that looks some up. */
  readonly nearest?: readonly Neighbour[]
}

export type Contribution = {
  /** The feature, in plain words: `length`, `numbers`, `wording`. */
  readonly feature: string
  /** Its value for this prompt, in the feature's own unit. */
  readonly value: number
  /**
   * Contribution to the log-odds of the strong model winning; a negative one favours the weak model. Of a policy that
   * compares utilities: contribution to the difference in utility to the second best.
   */
  readonly effect: number
}

/** A known prompt that is similar to the scored one. */
export type Neighbour = {
  /** Its beginning; empty if the artifact keeps no text. */
  readonly prompt: string
  /** Cosine of the two embeddings, in [−1, 1]. */
  readonly similarity: number
  readonly modelA: string
  readonly modelB: string
  /** How often `modelA` did better on it: 1 always, 0 never, 0.5 for a tie. */
  readonly winA: number
}
