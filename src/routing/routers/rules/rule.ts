/** Conditions on a prompt. All given conditions must hold; at least one is required. */
export type Condition = {
  /** At least so many characters (UTF-16 units, as `string.length` counts). */
  readonly minCharacters?: number
  /** At most so many. */
  readonly maxCharacters?: number
  /** Is in one of these languages: ISO 639-1 codes of `languageCodes`, or `unknown`. */
  readonly languages?: readonly string[]
  /** Shows code or asks for some, or does not. */
  readonly code?: boolean
  /** Is about mathematics, or is not. */
  readonly maths?: boolean
  /** Has one of these words or phrases, whole and in any case. */
  readonly keywords?: readonly string[]
  /** Matches one of these regular expressions: `source`, or `/source/flags` with flags of i, m and s. */
  readonly patterns?: readonly string[]
  /** The system prompt has one of these in square brackets: `tier:strong` is `[tier:strong]`, in any case. */
  readonly tags?: readonly string[]
}

export type Rule = Condition & {
  /** Its name in explanations. Default: its conditions in words. */
  readonly name?: string
  /** At least one of these must hold, too. */
  readonly any?: readonly Condition[]
  /** This must not hold. */
  readonly not?: Condition
  /** The win rate of the strong model if the rule matches, in [0, 1]. */
  readonly strongWinRate: number
}
