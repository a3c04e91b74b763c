import type { TokenCounts } from '../../../routing/catalogue/prices.ts'
import type { BenchmarkRow } from '../benchmark.ts'

/** How tokens are known. Shown with every number that is computed from them. */
export type TokenBasis =
  | { readonly kind: 'counted' }
  | {
      readonly kind: 'estimated'
      /** Rows without tokens in the file. */
      readonly rows: number
      /** The basis of the estimate of input: the length of the prompt, or a given mean. */
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
/** The mean in arXiv 2406.18665. */
export const meanOutputTokens = 264

/**
 * Input and output tokens of each model on each row: the file's counts, else an estimate.
 *
 * @param means tokens a row to use instead of the estimate.
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
