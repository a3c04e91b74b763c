import { sigmoid } from '../../dist/base/math/sigmoid.js'
import { chooseRoute } from '../../dist/routing/verifiers/choose-route.js'

/** Of the strong model's price to the weak one's. */
export const routeRatios = [1.2, 5, 20, 100]
/** The verifier's: a wrong answer is worth 1 / .3 calls of the strong model. */
export const routeThreshold = 0.3

/**
 * What each way of deciding costs on answers that are known, per request, in calls of the strong model: its dollars, and each wrong
 * answer that the strong model would not have given at its worth.
 *
 * @param promptRates the prompt-only router's win rates. @param answerRates the verifier's.
 */
export function costOfRoutes({ promptRates, answerRates, separation, losses }) {
  return routeRatios.map((ratio) => {
    const weakUsd = 1 / ratio
    const worth = 1 / routeThreshold
    const costOf = {
      weak: (row) => weakUsd + worth * losses[row],
      strong: () => 1,
      verified: (row) => weakUsd + (answerRates[row] >= routeThreshold ? 1 : worth * losses[row]),
    }
    const promptThreshold = routeThreshold * (1 - weakUsd)
    const decided = promptRates.map(
      (strongWinRate) =>
        chooseRoute(
          { strongWinRate, separation, weakUsd, strongUsd: 1, weakSeconds: 0, strongSeconds: 0 },
          { threshold: routeThreshold },
        ).route,
    )
    const mean = (routeOf) =>
      promptRates.reduce((sum, _, row) => sum + costOf[routeOf(row)](row), 0) / promptRates.length
    return {
      ratio,
      'prompt-only': mean((row) => (promptRates[row] >= promptThreshold ? 'strong' : 'weak')),
      cascade: mean(() => 'verified'),
      decided: mean((row) => decided[row]),
      cascadeShare: decided.filter((route) => route === 'verified').length / decided.length,
    }
  })
}

/** Win rates of scores on a scale. */
export function winRatesOf(scores, { slope, offset }) {
  return scores.map((score) => sigmoid(slope * score + offset))
}
