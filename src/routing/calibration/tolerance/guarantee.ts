import { isAbove } from '../../../base/math/decimals.ts'
import type { LossPromise } from '../loss-limit.ts'
import { checkLabelRequests, checkPromise, followOrder, type OrderedLabel } from '../ordered-losses.ts'
import { findToleranceRanges, type LabelledStep, roundTolerance, type ToleranceLabel } from './labels.ts'
import { stepAt } from './steps.ts'

export type ToleranceGuarantee =
  | {
      readonly possible: true
      /** A short decimal that chooses for the labels as the exact one does. */
      readonly tolerance: number
      /** The loss is at most this, with the confidence; at most `maxLoss`. */
      readonly bound: number
      /** Requests of the labels that fail at this tolerance or at a lower one; `bound` is about these. */
      readonly losses: number
      /** Requests of the labels that fail at this tolerance; at most `losses`. */
      readonly lossesAtTolerance: number
      readonly labels: number
      /** Requests of independent labels: a group counts once, or as often as its prompt was drawn. */
      readonly independentLabels: number
    }
  | {
      readonly possible: false
      /** `router`: the predictions do not tell the harmless requests from others, so no number of labels is enough. */
      readonly reason: 'too-few-labels' | 'router'
      readonly labels: number
      readonly independentLabels: number
      /** Approximate number of independent labels in total, at the rates of these; null if no number is enough. */
      readonly labelsNeeded: number | null
    }

/** How a loss is promised, and what one is. */
export type TolerancePromise = LossPromise & {
  /** A request fails if its score is lower than the reference's by more than this. Default: 0. */
  readonly lossMargin?: number
}

/**
 * The largest tolerance at which, with the confidence, at most `maxLoss` of all requests fail: the chosen candidate scores
 * lower, by more than the margin, than the reference. That is one model for all labels, as the strong one of a pair, or by
 * default what tolerance 0 chooses, the best by prediction; then nothing fails at 0, however bad the predictions are.
 *
 * A request can fail at one tolerance and not at a larger one, where a third candidate answers. So a request counts as lost
 * from the first tolerance at which it fails: this share never falls as the tolerance rises, and is never below the loss.
 * It is followed from 0 on up to the first tolerance whose upper limit is above `maxLoss`, as the thresholds of a pair are
 * (`guaranteedThreshold`); with two candidates the two are the same. The promise is about requests drawn as the labels were.
 *
 * Possible means that some request gets another model than the reference.
 *
 * Throws `InvalidRequestError`: `invalid-max-loss`, `invalid-confidence`, `invalid-requests`.
 */
export function guaranteedTolerance(
  labels: readonly ToleranceLabel[],
  promise: TolerancePromise,
): ToleranceGuarantee {
  const { lossMargin = 0 } = promise
  checkPromise(promise)
  checkLabelRequests(labels)
  const order = labels.map((label) => placeOf(label, lossMargin))
  const { end, bound, losses, independentLabels, labelsNeeded } = followOrder(order, promise)
  const isReferenceAtZero = labels.every(({ steps, ...label }) => isReference(label, steps[0], 0))
  const range = findToleranceRanges(labels).findLast(
    ({ from }) => from < end && (from > 0 || !isReferenceAtZero),
  )
  if (range === undefined) {
    const needed = labelsNeeded()
    const reason = needed === null ? 'router' : 'too-few-labels'
    return { possible: false, reason, labels: labels.length, independentLabels, labelsNeeded: needed }
  }
  const tolerance = roundTolerance(range.from, range.until)
  return {
    possible: true,
    tolerance,
    bound,
    losses,
    lossesAtTolerance: labels.reduce(
      (sum, label) =>
        sum + (isFailure(label, stepAt(label.steps, tolerance), lossMargin) ? (label.requests ?? 1) : 0),
      0,
    ),
    labels: labels.length,
    independentLabels,
  }
}

/** Where a label is lost; where it gets a cheaper model if it never is. */
function placeOf(label: ToleranceLabel, lossMargin: number): OrderedLabel {
  const { steps, group, requests } = label
  const failing = steps.find((step) => isFailure(label, step, lossMargin))
  const cheaper = steps.find((step, place) => !isReference(label, step, place))
  return {
    place: (failing ?? cheaper)?.from ?? Number.POSITIVE_INFINITY,
    isLost: failing !== undefined,
    ...(group !== undefined && { group }),
    ...(requests !== undefined && { requests }),
  }
}

function isReference(
  { referenceScore }: Pick<ToleranceLabel, 'referenceScore'>,
  step: LabelledStep | undefined,
  place: number,
): boolean {
  return step?.isReference ?? (referenceScore === undefined && place === 0)
}

function isFailure(
  { steps, referenceScore }: ToleranceLabel,
  { score }: LabelledStep,
  lossMargin: number,
): boolean {
  return isAbove(referenceScore ?? steps[0]?.score ?? score, score + lossMargin)
}
