import { sigmoid } from '../../../base/math/sigmoid.ts'
import { RouterError } from '../../../errors.ts'
import type { Model } from '../../catalogue/model.ts'
import {
  isModelScoringRouter,
  isReplyPredictingRouter,
  type ModelScoringRouter,
  type ReplyPredictions,
} from '../../routers/model-scoring-router.ts'
import type { Router } from '../../routers/router.ts'
import { findScoredModels } from './find-scored-models.ts'
import type { Prediction, RoutedQuality } from './quality-estimate.ts'

/**
 * The predictions of a router.
 *
 * - A router that scores many models scores each candidate by its name. Scores in the unit of the labels are used as
 *   they are. Of log-odds, candidate i has the quality 2 · σ(δᵢ − δ_best), where δ_best is the largest of all candidates:
 *   twice the probability that it beats the best candidate, and 1 for the best. The loss against the best is then the
 *   probability that the best one beats it minus the probability that it beats the best one, which is the difference
 *   of their mean scores if an answer is right (1) or wrong (0) and a tie counts as half a win.
 * - A router that compares a pair predicts for exactly two candidates: the first has the win rate of the strong model,
 *   the second 1 minus it, whose difference is the same loss. So does a router of log-odds that was made for one pair and
 *   knows neither of the two by name.
 *
 * @throws ConfigError `unknown-scoring-model` if the router does not know a candidate, with the names of both sides.
 */
export function createRouterEstimate(router: Router, candidates: readonly Model[]): RoutedQuality {
  const rows = findScoredModels(router, candidates)
  return rows !== null && isModelScoringRouter(router)
    ? createModelEstimate(router, rows)
    : createPairEstimate(router)
}

function createModelEstimate(router: ModelScoringRouter, rows: readonly number[]): RoutedQuality {
  const pick = (all: Float64Array) => {
    const picked = new Float64Array(rows.length)
    for (let index = 0; index < picked.length; index++) picked[index] = all[rows[index]!] ?? Number.NaN
    return picked
  }
  const toQualities = (all: Float64Array) =>
    router.modelScoreUnit === 'log-odds' ? fromLogOdds(pick(all)) : pick(all)
  if (isReplyPredictingRouter(router)) {
    const toPrediction = ({ scores, outputTokens }: ReplyPredictions): Prediction => ({
      qualities: toQualities(scores),
      outputTokens: pick(outputTokens),
    })
    return {
      kind: 'router',
      router: router.name,
      predictsLengths: true,
      predict(prompt, signal) {
        const found = router.predictReplies(prompt, signal)
        return found instanceof Promise ? found.then(toPrediction) : toPrediction(found)
      },
    }
  }
  const toPrediction = (all: Float64Array): Prediction => ({
    qualities: toQualities(all),
    outputTokens: null,
  })
  return {
    kind: 'router',
    router: router.name,
    predictsLengths: false,
    predict(prompt, signal) {
      const all = router.modelScores(prompt, signal)
      return all instanceof Promise ? all.then(toPrediction) : toPrediction(all)
    },
  }
}

/** 2 · σ(δᵢ − δ_best) */
function fromLogOdds(logOdds: Float64Array): Float64Array {
  const best = logOdds.reduce((most, each) => Math.max(most, each), Number.NEGATIVE_INFINITY)
  return logOdds.map((each) => 2 * sigmoid(each - best))
}

function createPairEstimate(router: Router): RoutedQuality {
  const toPrediction = (winRate: number): Prediction => {
    if (winRate >= 0 && winRate <= 1) return { qualities: [winRate, 1 - winRate], outputTokens: null }
    throw new RouterError(
      'bad-win-rate',
      `The router "${router.name}" returned ${winRate}, not a win rate from 0 to 1.`,
    )
  }
  return {
    kind: 'router',
    router: router.name,
    predictsLengths: false,
    predict(prompt, signal) {
      const winRate = router.strongWinRate(prompt, signal)
      return winRate instanceof Promise ? winRate.then(toPrediction) : toPrediction(winRate)
    },
  }
}
