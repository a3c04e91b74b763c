import { createTextMeasurer } from '../../src/base/text/structural-features.ts'
import type { BuiltinEmbedderParameters } from '../../src/routing/embedding/builtin/parameters.ts'

export type TokenRarityOptions = {
  /** Tokens in fewer prompts than this are unknown words. */
  readonly minPrompts: number
  readonly maxTokens: number
}

/** The known tokens and how rare each is: ln(prompts / prompts with the token). */
export function measureTokenRarities(
  prompts: readonly string[],
  options: TokenRarityOptions,
): Pick<BuiltinEmbedderParameters, 'tokenHashes' | 'tokenRarities'> {
  const tokens = chooseTokens(countTokens(prompts), options)
  return {
    tokenHashes: Int32Array.from(tokens, ({ hash }) => hash),
    tokenRarities: Float32Array.from(tokens, ({ prompts: count }) => Math.log(prompts.length / count)),
  }
}

type Token = { readonly hash: number; prompts: number }

function countTokens(prompts: readonly string[]): Map<number, Token> {
  const measure = createTextMeasurer()
  const tokens = new Map<number, Token>()
  for (const prompt of prompts) {
    const { distinct } = measure(prompt)
    for (let member = 0; member < distinct.count; member++) {
      const hash = distinct.hashes[member]!
      const known = tokens.get(hash)
      if (known !== undefined) known.prompts++
      else tokens.set(hash, { hash, prompts: 1 })
    }
  }
  return tokens
}

/** The most frequent first; equally frequent ones by hash, so that the choice is the same each time. */
function chooseTokens(vocabulary: ReadonlyMap<number, Token>, options: TokenRarityOptions): readonly Token[] {
  return [...vocabulary.values()]
    .filter((token) => token.prompts >= options.minPrompts)
    .sort((a, b) => b.prompts - a.prompts || a.hash - b.hash)
    .slice(0, options.maxTokens)
}
