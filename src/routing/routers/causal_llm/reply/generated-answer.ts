/** A model's answer to one question, independent of the endpoint's format. */
export type GeneratedAnswer = {
  /** The answer without the thinking before it. */
  readonly text: string
  /** The tokens with their alternatives, thinking included; empty if the endpoint gives no probabilities. */
  readonly tokens: readonly GeneratedToken[]
  /** Start of the answer in the tokens' joined text, after the thinking. */
  readonly answerStart: number
  /** The model thought before it answered, or was still thinking. */
  readonly thought: boolean
}

export type GeneratedToken = {
  readonly text: string
  /** The alternatives to it, itself included; log-probabilities are finite. */
  readonly alternatives: readonly TokenAlternative[]
}

export type TokenAlternative = { readonly text: string; readonly logprob: number }
