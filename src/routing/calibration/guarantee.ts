import { InvalidRequestError } from '../../errors.ts'
import type { LossPromise } from './loss-limit.ts'
import { checkLabelRequests, checkPromise, followOrder, requestsOf } from './ordered-losses.ts'
import { roundThreshold } from './threshold.ts'

/** What is known of one request like those to come. */
export type GuaranteeLabel = {
  /** The router's win rate, in [0, 1]; not learned from this label, or cross-fitted. */
  readonly strongWinRate: number
  /** The weak model fails and the strong one does not. */
  readonly weakLoses: boolean
  /** Labels of one group (of one prompt) are not independent of each other. A label without a group is independent. */
  readonly group?: string
  /**
   * How many drawn requests the label stands for: a prompt that was drawn k times was labelled once, and all k requests
   * have that outcome. A whole number above 0. Default: 1.
   */
  readonly requests?: number
}

export type Guarantee =
  | {
      readonly possible: true
      /** Win rates from this on go to the strong model. A short decimal that decides the labels as the exact one does. */
      readonly threshold: number
      /** The loss is at most this, with the confidence; at most `maxLoss`. */
      readonly bound: number
      /** Requests of the labels that the weak model would get and lose. */
      readonly losses: number
      readonly labels: number
      /**
       * Requests of the labels that are independent of each other: a group counts once, or as often as its prompt was
       * drawn.
       */
      readonly independentLabels: number
      /** Of the requests. */
      readonly strongCallFraction: number
    }
  | {
      readonly possible: false
      /** `router`: it does not tell the harmless requests from others, so no number of labels is enough. */
      readonly reason: 'too-few-labels' | 'router'
      readonly labels: number
      readonly independentLabels: number
      /** Approximate number of independent labels in total, at the rates of these; null if no number is enough. */
      readonly labelsNeeded: number | null
    }

/**
 * The cheapest threshold at which, with the confidence, at most `maxLoss` of all requests go to the weak model and fail
 * although the strong one would not.
 *
 * Thresholds are tested from all strong on towards all weak, each by the exact binomial test (Clopper and Pearson's upper
 * limit of the loss is at most `maxLoss`), up to the first that fails. The loss of the labels never falls on the way, so
 * that the last one before is simply the highest that passes, and only one test can go wrong: that at the threshold where
 * the true loss reaches `maxLoss`. So the level holds whatever the number of thresholds; docs/statistics.md proves it. It
 * is about requests drawn as the labels were.
 *
 * A label counts as the requests that it stands for. Labels of one group are counted twice over, as so many labels and as
 * one that loses if any of them does; both counts must pass. Possible means that the weak model gets something: no call
 * of it is always without loss.
 *
 * Throws `InvalidRequestError`: `invalid-max-loss`, `invalid-confidence`, `invalid-requests`, `invalid-win-rate`.
 */
export function guaranteedThreshold(labels: readonly GuaranteeLabel[], promise: LossPromise): Guarantee {
  checkPromise(promise)
  checkLabels(labels)
  const order = labels.map(({ strongWinRate, weakLoses, group, requests }) => ({
    place: strongWinRate,
    isLost: weakLoses,
    ...(group !== undefined && { group }),
    ...(requests !== undefined && { requests }),
  }))
  const { end, bound, losses, independentLabels, labelsNeeded } = followOrder(order, promise, 1)
  const below = labels.filter(({ strongWinRate }) => strongWinRate < end)
  if (below.length === 0) {
    const needed = labelsNeeded()
    const reason = needed === null ? 'router' : 'too-few-labels'
    return { possible: false, reason, labels: labels.length, independentLabels, labelsNeeded: needed }
  }
  const requests = requestsOf(labels)
  return {
    possible: true,
    threshold: roundThreshold(
      below.reduce((most, { strongWinRate }) => Math.max(most, strongWinRate), 0),
      end,
    ),
    bound,
    losses,
    labels: labels.length,
    independentLabels,
    strongCallFraction: (requests - requestsOf(below)) / requests,
  }
}

function checkLabels(labels: readonly GuaranteeLabel[]): void {
  checkLabelRequests(labels)
  const bad = labels.findIndex(({ strongWinRate }) => !(strongWinRate >= 0 && strongWinRate <= 1))
  if (bad === -1) return
  throw new InvalidRequestError(
    'invalid-win-rate',
    `Label ${bad + 1} has the win rate ${labels[bad]?.strongWinRate}; a win rate is from 0 to 1.`,
  )
}
