import type { TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { BenchmarkRow } from '../benchmark.ts'

/** How tokens were known, said wherever a number is made of them. */
export type TokenBasis =
  | { readonly kind: 'counted' }
  | {
      readonly kind: 'estimated'
      /** Rows whose tokens are not in the file, of all. */
      readonly rows: number
      /** By what input was estimated: the length of the prompt, or a mean that was given. */
      readonly charactersPerInputToken?: number
      readonly inputTokens?: number
      readonly outputTokens: number
      readonly note: string
    }

export type RowTokens = {
  readonly strong: readonly TokenCounts[]
  readonly weak: readonly TokenCounts[]
  readonly basis: TokenBasis
}

const charactersPerInputToken = 4
const meanOutputTokens = 264

/**
 * What each model reads and writes for each row: the file's counts, else an estimate.
 *
 * @param means taken in its place, where they are known better.
 */
export function tokensOfRows(
  rows: readonly Pick<BenchmarkRow, 'prompt' | 'strongTokens' | 'weakTokens'>[],
  means: Partial<TokenCounts> = {},
): RowTokens {
  const { outputTokens = meanOutputTokens } = means
  const estimate = (prompt: string): TokenCounts => ({
    inputTokens: means.inputTokens ?? Math.ceil(prompt.length / charactersPerInputToken),
    outputTokens,
  })
  const estimated = rows.filter((row) => row.strongTokens === undefined || row.weakTokens === undefined)
  return {
    strong: rows.map((row) => row.strongTokens ?? estimate(row.prompt)),
    weak: rows.map((row) => row.weakTokens ?? estimate(row.prompt)),
    basis:
      estimated.length === 0
        ? { kind: 'counted' }
        : {
            kind: 'estimated',
            rows: estimated.length,
            ...(means.inputTokens === undefined
              ? { charactersPerInputToken }
              : { inputTokens: means.inputTokens }),
            outputTokens,
            note:
              `Tokens are estimated for ${estimated.length} of ${rows.length} rows: ` +
              (means.inputTokens === undefined
                ? `one input token per ${charactersPerInputToken} characters of the prompt, `
                : `${means.inputTokens} input tokens, `) +
              `${outputTokens} output tokens an answer${means.outputTokens === undefined ? ' (the mean in arXiv 2406.18665)' : ''}.`,
          },
  }
}
