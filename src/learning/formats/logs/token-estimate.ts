import type { LoggedRequest } from './log-format.ts'

export type RequestTokens = {
  readonly inputTokens: number
  readonly outputTokens: number
  /** Whether one of the two is estimated. */
  readonly estimated: boolean
}

/** Characters a token of English text, approximately. Other languages and code have fewer. */
export const charactersPerToken = 4

/** The tokens of a request as logged, else estimated from its texts. Undefined if the log has neither. */
export function tokensOf(request: LoggedRequest): RequestTokens | undefined {
  const { inputTokens, outputTokens, answer } = request
  const input = inputTokens ?? estimateInput(request)
  const output = outputTokens ?? (answer === undefined ? undefined : tokensOfText(answer))
  if (input === undefined || output === undefined) return undefined
  return {
    inputTokens: input,
    outputTokens: output,
    estimated: inputTokens === undefined || outputTokens === undefined,
  }
}

/** Undefined if the log has no text, or does not say how much of a text is missing. */
function estimateInput({ prompt, missingCharacters = 0 }: LoggedRequest): number | undefined {
  if (prompt.text + prompt.system === '' || missingCharacters === 'unknown') return undefined
  return (
    tokensOfText(prompt.text) +
    tokensOfText(prompt.system) +
    Math.ceil(missingCharacters / charactersPerToken)
  )
}

function tokensOfText(text: string): number {
  return Math.ceil(text.length / charactersPerToken)
}
