import { InvalidRequestError } from '../../errors.ts'
import { benchmarkOfPair, type LabelledRow } from './benchmarks/labelled.ts'
import { evaluateInSteps } from './evaluate.ts'
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
  const steps = evaluateTransferInSteps(options)
  for (;;) {
    const { done, value } = steps.next()
    if (done === true) return value
  }
}

/** As `evaluateTransfer`, and yields the pairs that are measured and the resamples of the next one. */
export function* evaluateTransferInSteps(
  options: TransferOptions,
): Generator<{ readonly pairs: number; readonly resamples: number }, Evaluation[]> {
  const { name, rows, pairs, routers, seed = 0, samples = 1000 } = options
  const evaluations: Evaluation[] = []
  for (const pair of pairs) {
    const benchmark = benchmarkOfPair(`${name}: ${pair.strong} against ${pair.weak}`, rows, pair)
    const scored = routers.map((router) => ({
      name: router.name,
      winRates: Float64Array.from(benchmark.rows, ({ prompt }) => winRateOf(router, prompt)),
    }))
    const steps = evaluateInSteps({ benchmark, routers: scored, seed, samples })
    let step = steps.next()
    for (; step.done !== true; step = steps.next()) yield { pairs: evaluations.length, resamples: step.value }
    evaluations.push(step.value)
  }
  return evaluations
}

function winRateOf(router: PromptScores, prompt: string): number {
  const winRate = router.winRates.get(prompt)
  if (winRate !== undefined) return winRate
  throw new InvalidRequestError(
    'scores-missing',
    `Router ${router.name} has no win rate for ${JSON.stringify(prompt.slice(0, 60))}. Score every prompt of the file.`,
  )
}
