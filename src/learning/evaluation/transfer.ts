import { InvalidRequestError } from '../../errors.ts'
import { benchmarkOfPair, type LabelledRow } from './benchmarks/labelled.ts'
import { evaluate } from './evaluate.ts'
import type { Evaluation } from './evaluation.ts'

/** Two models of an outcomes file. */
export type TransferPair = { readonly strong: string; readonly weak: string }

/** A router's win rate for each prompt, independent of the pair that is measured. */
export type PromptScores = { readonly name: string; readonly winRates: ReadonlyMap<string, number> }

export type TransferOptions = {
  /** Names the file in results. */
  readonly name: string
  readonly rows: readonly LabelledRow[]
  readonly pairs: readonly TransferPair[]
  readonly routers: readonly PromptScores[]
  readonly seed?: number
  readonly samples?: number
}

/**
 * Measures whether a router trained on one pair of models works for others: the same win rates on each pair of an
 * outcomes file. Returns one evaluation per pair, in their order.
 *
 * Throws `InvalidRequestError` (`scores-missing`) if a router has no win rate for a prompt, and `DataError` if a pair
 * is not in the file or its strong model is not better.
 */
export function evaluateTransfer(options: TransferOptions): Evaluation[] {
  const { name, rows, pairs, routers, seed = 0, samples = 1000 } = options
  return pairs.map((pair) => {
    const benchmark = benchmarkOfPair(`${name}: ${pair.strong} against ${pair.weak}`, rows, pair)
    const scored = routers.map((router) => ({
      name: router.name,
      winRates: Float64Array.from(benchmark.rows, ({ prompt }) => winRateOf(router, prompt)),
    }))
    return evaluate({ benchmark, routers: scored, seed, samples })
  })
}

function winRateOf(router: PromptScores, prompt: string): number {
  const winRate = router.winRates.get(prompt)
  if (winRate !== undefined) return winRate
  throw new InvalidRequestError(
    'scores-missing',
    `Router ${router.name} has no win rate for ${JSON.stringify(prompt.slice(0, 60))}. Score every prompt of the file.`,
  )
}
