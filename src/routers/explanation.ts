/** Why a router scored a prompt as it did. */
export type Explanation = {
  readonly strongWinRate: number
  /** The largest influences first. Together with the router's constant they make the whole score. */
  readonly contributions: readonly Contribution[]
}

export type Contribution = {
  /** What was looked at, in words a person knows: `length`, `numbers`, `wording`. */
  readonly feature: string
  /** Its value for this prompt, in the feature's own unit. */
  readonly value: number
  /** What it added to the log-odds of the strong model winning; negative speaks for the weak model. */
  readonly effect: number
}
