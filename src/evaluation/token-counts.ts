import type { BenchmarkRow } from './benchmark.ts'
import type { TokenCounts } from './money.ts'

/** How tokens were known, said wherever a number is made of them. */
export type TokenBasis =
  | { readonly kind: 'counted' }
  | {
      readonly kind: 'estimated'
      /** Rows whose tokens are not in the file, of all. */
      readonly rows: number
      readonly charactersPerInputToken: number
      readonly outputTokens: number
      readonly note: string
    }

export type RowTokens = {
  readonly strong: readonly TokenCounts[]
  readonly weak: readonly TokenCounts[]
  readonly basis: TokenBasis
}

const charactersPerInputToken = 4
const outputTokens = 264

/** What each model reads and writes for each row: the file's counts, else an estimate. */
export function tokensOfRows(rows: readonly BenchmarkRow[]): RowTokens {
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
            charactersPerInputToken,
            outputTokens,
            note:
              `Tokens are estimated for ${estimated.length} of ${rows.length} rows: one input token per ` +
              `${charactersPerInputToken} characters of the prompt, ${outputTokens} output tokens an answer (the mean in ` +
              'arXiv 2406.18665).',
          },
  }
}

function estimate(prompt: string): TokenCounts {
  return { inputTokens: Math.ceil(prompt.length / charactersPerInputToken), outputTokens }
}
