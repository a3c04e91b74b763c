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
  /** What was looked at, in words a person knows: `length`, `numbers`, `wording`. */
  readonly feature: string
  /** Its value for this prompt, in the feature's own unit. */
  readonly value: number
  /** What it added to the log-odds of the strong model winning; negative speaks for the weak model. */
  readonly effect: number
}

/** What is known of a prompt like the one that was scored. */
export type Neighbour = {
  /** How it begins; empty where the artifact keeps no text. */
  readonly prompt: string
  /** Cosine of the two embeddings, in [−1, 1]. */
  readonly similarity: number
  readonly modelA: string
  readonly modelB: string
  /** How often `modelA` did better on it: 1 always, 0 never, 0.5 for a tie. */
  readonly winA: number
}
