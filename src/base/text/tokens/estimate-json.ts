import { tokensOfPunctuationRun } from './ascii-states.ts'
import { estimateTokens } from './estimate-tokens.ts'

/**
 * About how many tokens a parsed JSON value has as JSON text: the tokens of its names, strings and numbers, and two runs
 * of punctuation for each member of an object or one for each entry of an array.
 */
export function estimateJsonTokens(value: unknown): number {
  if (typeof value === 'string') return estimateTokens(value)
  if (typeof value === 'number') return 1 + String(value).length / 4
  if (typeof value !== 'object' || value === null) return 1
  let tokens = 0
  if (Array.isArray(value)) {
    for (const entry of value) tokens += tokensOfPunctuationRun + estimateJsonTokens(entry)
    return tokens
  }
  for (const [name, entry] of Object.entries(value))
    tokens += 2 * tokensOfPunctuationRun + estimateTokens(name) + estimateJsonTokens(entry)
  return tokens
}
