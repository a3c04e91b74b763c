import { checkConfidence } from '../../base/math/statistics/proportion.ts'
import { InvalidRequestError } from '../../errors.ts'
import { type LossPromise, lossBound, lossesPass, mostLosses } from './loss-limit.ts'

/**
 * A request like those to come, in the order in which requests get a cheaper model: by win rate for a pair, by tolerance
 * for a pool.
 */
export type OrderedLabel = {
  /** From this place on the request gets a cheaper model. */
  readonly place: number
  /** The cheaper model fails there, and the other one does not. */
  readonly isLost: boolean
  /** Labels of one group (of one prompt) are not independent of each other. A label without a group is independent. */
  readonly group?: string
  /** How many drawn requests the label stands for. A whole number above 0. Default: 1. */
  readonly requests?: number
}

/** How far the order can be followed within a promise. */
export type OrderedGuarantee = {
  /** The place of the first loss too many, at most `last`. The promise holds before it. */
  readonly end: number
  /** The loss before `end` is at most this, with the confidence. */
  readonly bound: number
  /** Requests lost before `end`. */
  readonly losses: number
  /** Requests of independent labels: a group counts once, or as often as its prompt was drawn. */
  readonly independentLabels: number
  /**
   * Approximate number of independent labels from which the lowest place would pass, if the share that is lost there stayed
   * the same; null if no number would.
   */
  labelsNeeded(): number | null
}

/**
 * The last place that a promise allows. Every place is tested by the exact binomial test (Clopper and Pearson's upper limit
 * of the loss is at most `maxLoss`), from the lowest on up to the first that fails. The loss never falls on the way, so the
 * level holds whatever the number of places; docs/statistics.md proves it.
 *
 * Labels of one group are counted twice over, as so many labels and as one that is lost if any of them is; both counts must
 * pass.
 *
 * @param last requests at this place and above never get a cheaper model. Default: +∞.
 */
export function followOrder(
  labels: readonly OrderedLabel[],
  promise: LossPromise,
  last = Number.POSITIVE_INFINITY,
): OrderedGuarantee {
  const ofEachGroup = oneOfEachGroup(labels)
  const independentLabels = requestsOf(ofEachGroup)
  const countings = independentLabels < requestsOf(labels) ? [labels, ofEachGroup] : [labels]
  const end = Math.min(last, ...countings.map((counting) => firstLossTooMany(counting, promise)))
  const bounds = countings.map((counting) =>
    requestsOf(counting) === 0 ? 1 : lossBound(lossesBefore(counting, end), requestsOf(counting), promise),
  )
  return {
    end,
    bound: Math.max(...bounds),
    losses: lossesBefore(labels, end),
    independentLabels,
    labelsNeeded: () => leastLabels(independentLabels, countings, promise),
  }
}

/** The number of requests that the labels stand for. */
export function requestsOf(labels: readonly Pick<OrderedLabel, 'requests'>[]): number {
  return labels.reduce((sum, { requests = 1 }) => sum + requests, 0)
}

function firstLossTooMany(labels: readonly OrderedLabel[], promise: LossPromise): number {
  const lost = labels.filter(({ isLost }) => isLost).sort((one, other) => one.place - other.place)
  const most = mostLosses(requestsOf(labels), promise)
  if (most < 0) return Number.NEGATIVE_INFINITY
  let losses = 0
  for (const { place, requests = 1 } of lost) {
    losses += requests
    if (losses > most) return place
  }
  return Number.POSITIVE_INFINITY
}

function lossesBefore(labels: readonly OrderedLabel[], end: number): number {
  return requestsOf(labels.filter(({ place, isLost }) => isLost && place < end))
}

/**
 * One label of each group, the worst that can be made of it: it is lost if any is, and at the lowest place. It stands for
 * as many requests as the label of the group that stands for most.
 */
function oneOfEachGroup(labels: readonly OrderedLabel[]): OrderedLabel[] {
  const alone: OrderedLabel[] = []
  const groups = new Map<string, OrderedLabel>()
  for (const { place, isLost, group, requests = 1 } of labels) {
    if (group === undefined) {
      alone.push({ place, isLost, requests })
      continue
    }
    const before = groups.get(group)
    groups.set(group, {
      place: Math.min(place, before?.place ?? Number.POSITIVE_INFINITY),
      isLost: isLost || before?.isLost === true,
      requests: Math.max(requests, before?.requests ?? 1),
    })
  }
  return [...alone, ...groups.values()]
}

const mostLabels = 1e9

function leastLabels(
  given: number,
  countings: readonly (readonly OrderedLabel[])[],
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

function lossRateOfLowest(labels: readonly OrderedLabel[]): number {
  if (labels.length === 0) return 0
  const lowest = labels.reduce((least, { place }) => Math.min(least, place), Number.POSITIVE_INFINITY)
  const lost = labels.filter(({ place, isLost }) => isLost && place === lowest)
  return requestsOf(lost) / requestsOf(labels)
}

/** Throws `InvalidRequestError`: `invalid-max-loss`, `invalid-confidence`, `invalid-requests`. */
export function checkPromise({ maxLoss, confidence, requests }: LossPromise): void {
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

/** Throws `InvalidRequestError` `invalid-requests`. */
export function checkLabelRequests(labels: readonly Pick<OrderedLabel, 'requests'>[]): void {
  const bad = labels.findIndex(({ requests = 1 }) => !(Number.isSafeInteger(requests) && requests > 0))
  if (bad === -1) return
  throw new InvalidRequestError(
    'invalid-requests',
    `Label ${bad + 1} stands for ${labels[bad]?.requests} requests; a label stands for a whole number of them, 1 or more.`,
  )
}
