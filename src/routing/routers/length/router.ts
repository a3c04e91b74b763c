import { sigmoid } from '../../../base/math/sigmoid.ts'
import { quantile } from '../../../base/math/statistics/quantile.ts'
import type { RoutedPrompt } from '../../prompts/routed-prompt.ts'
import type { Explanation } from '../explanation.ts'
import type { CalibratedRouter, ExplainingRouter } from '../router.ts'
import { promptLengthQuantiles } from './calibration.ts'

export type LengthRouterOptions = {
  /** Default: `length`. */
  readonly name?: string
}

/** Never waits for anything. */
export type LengthRouter = {
  strongWinRate(prompt: RoutedPrompt): number
  explain(prompt: RoutedPrompt): Explanation
} & CalibratedRouter &
  ExplainingRouter

/**
 * The baseline that every router is compared with: the longer the prompt, the more the strong model is needed.
 *
 * winRate = σ(k · (ln(1 + n) − ln(1 + median))), n the length of the text. `median` and k give the win rates of
 * public prompts (`calibration.ts`) the quartiles 0.25, 0.5 and 0.75 of a uniform distribution, as closely as two
 * parameters can: a threshold of 0.7 sends about the longest 30 % of such prompts to the strong model.
 * Evaluation depends on the order only, which is the order of the lengths.
 *
 * n counts UTF-16 units, as `string.length` does, so an emoji counts twice. The length is known without reading
 * an 8 MB prompt; counting code points would read all of it.
 */
export function createLengthRouter(options: LengthRouterOptions = {}): LengthRouter {
  return {
    name: options.name ?? 'length',
    winRateQuantiles: promptLengthQuantiles.map((length) => sigmoid(strongLogOdds(length))),
    strongWinRate: (prompt) => sigmoid(strongLogOdds(prompt.text.length)),
    explain(prompt) {
      const length = prompt.text.length
      const effect = strongLogOdds(length)
      return {
        strongWinRate: sigmoid(effect),
        contributions: [{ feature: 'length', value: length, effect }],
      }
    },
  }
}

const medianLogLength = logLengthQuantile(0.5)
// The quartiles of a logistic distribution lie ± ln 3 scales around its median.
const steepness = (2 * Math.log(3)) / (logLengthQuantile(0.75) - logLengthQuantile(0.25))

function strongLogOdds(length: number): number {
  return steepness * (Math.log1p(length) - medianLogLength)
}

function logLengthQuantile(probability: number): number {
  return Math.log1p(quantile(promptLengthQuantiles, probability))
}
