import { checkConfidence } from '../../base/math/statistics/proportion.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type LossPromise, lossBound, lossesPass, mostLosses } from './loss-limit.ts'
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
  const ofEachGroup = oneOfEachGroup(labels)
  const requests = requestsOf(labels)
  const independentLabels = requestsOf(ofEachGroup)
  const countings = independentLabels < requests ? [labels, ofEachGroup] : [labels]
  const highest = Math.min(1, ...countings.map((counting) => highestPassing(counting, promise)))
  const below = labels.filter(({ strongWinRate }) => strongWinRate < highest)
  if (below.length === 0) {
    const labelsNeeded = leastLabels(independentLabels, countings, promise)
    const reason = labelsNeeded === null ? 'router' : 'too-few-labels'
    return { possible: false, reason, labels: labels.length, independentLabels, labelsNeeded }
  }
  const bounds = countings.map((counting) =>
    lossBound(lossesBelow(counting, highest), requestsOf(counting), promise),
  )
  return {
    possible: true,
    threshold: roundThreshold(
      below.reduce((most, { strongWinRate }) => Math.max(most, strongWinRate), 0),
      highest,
    ),
    bound: Math.max(...bounds),
    losses: lossesBelow(labels, highest),
    labels: labels.length,
    independentLabels,
    strongCallFraction: (requests - requestsOf(below)) / requests,
  }
}

/** Thresholds up to this one have few enough losses below them: it is the win rate of the first loss too many. */
function highestPassing(labels: readonly GuaranteeLabel[], promise: LossPromise): number {
  const losing = labels
    .filter(({ weakLoses }) => weakLoses)
    .sort((one, other) => one.strongWinRate - other.strongWinRate)
  const most = mostLosses(requestsOf(labels), promise)
  if (most < 0) return 0
  let losses = 0
  for (const { strongWinRate, requests = 1 } of losing) {
    losses += requests
    if (losses > most) return strongWinRate
  }
  return 1
}

function lossesBelow(labels: readonly GuaranteeLabel[], threshold: number): number {
  return requestsOf(labels.filter(({ strongWinRate, weakLoses }) => weakLoses && strongWinRate < threshold))
}

/** The number of requests that the labels stand for. */
export function requestsOf(labels: readonly Pick<GuaranteeLabel, 'requests'>[]): number {
  return labels.reduce((sum, { requests = 1 }) => sum + requests, 0)
}

/**
 * One label of each group, the worst that can be made of it: it loses if any does, and at the lowest win rate. It stands
 * for as many requests as the label of the group that stands for most.
 */
function oneOfEachGroup(labels: readonly GuaranteeLabel[]): GuaranteeLabel[] {
  const alone: GuaranteeLabel[] = []
  const groups = new Map<string, GuaranteeLabel>()
  for (const { strongWinRate, weakLoses, group, requests = 1 } of labels) {
    if (group === undefined) {
      alone.push({ strongWinRate, weakLoses, requests })
      continue
    }
    const before = groups.get(group)
    groups.set(group, {
      strongWinRate: Math.min(strongWinRate, before?.strongWinRate ?? 1),
      weakLoses: weakLoses || before?.weakLoses === true,
      requests: Math.max(requests, before?.requests ?? 1),
    })
  }
  return [...alone, ...groups.values()]
}

const mostLabels = 1e9

/**
 * The number of labels from which the first threshold that sends anything to the weak model would pass, if the share of
 * labels lost there stayed as it is among these; null if no number would.
 */
function leastLabels(
  given: number,
  countings: readonly (readonly GuaranteeLabel[])[],
  promise: LossPromise,
): number | null {
  const rate = Math.max(...countings.map(lossRateOfLowest))
  if (rate >= promise.maxLoss) return null
  const enough = (labels: number) => lossesPass(Math.ceil(rate * labels), labels, promise)
  let tooFew = given
  let candidate = Math.max(1, 2 * given)
  while (!enough(candidate)) {
    if (candidate > mostLabels) return null
    tooFew = candidate
    candidate *= 2
  }
  while (candidate - tooFew > 1) {
    const middle = Math.floor((candidate + tooFew) / 2)
    if (enough(middle)) candidate = middle
    else tooFew = middle
  }
  return candidate
}

function lossRateOfLowest(labels: readonly GuaranteeLabel[]): number {
  if (labels.length === 0) return 0
  const lowest = labels.reduce((least, { strongWinRate }) => Math.min(least, strongWinRate), 1)
  const lost = labels.filter(({ strongWinRate, weakLoses }) => weakLoses && strongWinRate === lowest)
  return requestsOf(lost) / requestsOf(labels)
}

function checkPromise({ maxLoss, confidence, requests }: LossPromise): void {
  if (!(maxLoss > 0 && maxLoss < 1)) {
    const meant = maxLoss >= 1 && maxLoss < 100 ? ` Did you mean ${maxLoss / 100}?` : ''
    throw new InvalidRequestError(
      'invalid-max-loss',
      `The loss allowed is a fraction of the requests between 0 and 1, both excluded, such as 0.05; got ${maxLoss}.${meant}`,
    )
  }
  checkConfidence(confidence)
  if (requests !== undefined && !(Number.isSafeInteger(requests) && requests > 0))
    throw new InvalidRequestError(
      'invalid-requests',
      `A guarantee is for a whole number of requests, 1 or more; got ${requests}.`,
    )
}

function checkLabels(labels: readonly GuaranteeLabel[]): void {
  const badCount = labels.findIndex(({ requests = 1 }) => !(Number.isSafeInteger(requests) && requests > 0))
  if (badCount !== -1)
    throw new InvalidRequestError(
      'invalid-requests',
      `Label ${badCount + 1} stands for ${labels[badCount]?.requests} requests; a label stands for a whole number of them, 1 or more.`,
    )
  const bad = labels.findIndex(({ strongWinRate }) => !(strongWinRate >= 0 && strongWinRate <= 1))
  if (bad === -1) return
  throw new InvalidRequestError(
    'invalid-win-rate',
    `Label ${bad + 1} has the win rate ${labels[bad]?.strongWinRate}; a win rate is from 0 to 1.`,
  )
}
