/** What a model generated for one question, whatever the endpoint's dialect. */
export type GeneratedAnswer = {
  /** The answer without the thinking before it. */
  readonly text: string
  /** The tokens with their alternatives, thinking included; empty where the endpoint gives no probabilities. */
  readonly tokens: readonly GeneratedToken[]
  /** Where the answer begins in the tokens' joined text: after the thinking. */
  readonly answerStart: number
  /** The model thought before it answered, or was still thinking. */
  readonly thought: boolean
}

export type GeneratedToken = {
  readonly text: string
  /** What could have stood in its place, itself included; log-probabilities are finite. */
  readonly alternatives: readonly TokenAlternative[]
}

export type TokenAlternative = { readonly text: string; readonly logprob: number }
