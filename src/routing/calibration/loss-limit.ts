import { isAtMost } from '../../base/math/decimals.ts'
import { hypergeometricTail } from '../../base/math/statistics/hypergeometric.ts'
import { binomialTail, clopperPearsonUpper } from '../../base/math/statistics/proportion.ts'

/** What is promised of the loss: the share of requests that the weak model got and failed. */
export type LossPromise = {
  /** In (0, 1). */
  readonly maxLoss: number
  /** In (0, 1). */
  readonly confidence: number
  /**
   * Promises the loss among this many future requests, including their own chance; without it, the long-run rate.
   */
  readonly requests?: number
}

/**
 * The most losses among `labels` that still keep the promise; −1 if even 0 losses do not.
 *
 * In the long run, losses k pass if P(Binomial(labels, maxLoss) ≤ k) ≤ 1 − confidence: Clopper and Pearson's upper
 * limit of k is then at most `maxLoss`. Of m requests to come more than maxLoss · m must not be lost: labels and requests
 * are exchangeable, so that of the first k + r losses of both together, in the order of the win rates, a hypergeometric
 * number are labels, and k pass if P(Hypergeometric(labels + m, k + r, labels) ≤ k) ≤ 1 − confidence, r = ⌊maxLoss · m⌋ + 1.
 */
export function mostLosses(labels: number, promise: LossPromise): number {
  let passes = -1
  let fails = labels
  while (fails - passes > 1) {
    const middle = Math.floor((passes + fails) / 2)
    if (lossesPass(middle, labels, promise)) passes = middle
    else fails = middle
  }
  return passes
}

export function lossesPass(losses: number, labels: number, promise: LossPromise): boolean {
  if (losses >= labels) return false
  const { maxLoss, confidence, requests } = promise
  const chance =
    requests === undefined
      ? binomialTail(losses, labels, maxLoss)
      : chanceOfMore(losses, labels, allowedLosses(maxLoss, requests), requests)
  return isAtMost(chance, 1 - confidence)
}

/** The upper limit of the loss, with the confidence, if this many of the labels were losses. */
export function lossBound(losses: number, labels: number, promise: LossPromise): number {
  const { confidence, requests } = promise
  if (requests === undefined) return clopperPearsonUpper(losses, labels, confidence)
  let within = requests
  let below = -1
  while (within - below > 1) {
    const middle = Math.floor((within + below) / 2)
    if (isAtMost(chanceOfMore(losses, labels, middle, requests), 1 - confidence)) within = middle
    else below = middle
  }
  return within / requests
}

/** How many losses the promise allows among the requests; rounding must not take one away (0.29 · 100). */
function allowedLosses(maxLoss: number, requests: number): number {
  return Math.floor(maxLoss * requests + 1e-9)
}

/** Upper limit of the chance that the requests have more than `allowed` losses and the labels at most `losses`. */
function chanceOfMore(losses: number, labels: number, allowed: number, requests: number): number {
  return hypergeometricTail(losses, labels + requests, losses + allowed + 1, labels)
}
