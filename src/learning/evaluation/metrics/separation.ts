import { normalQuantile95 } from '../../../base/math/statistics/proportion.ts'
import type { Interval } from '../../../base/math/statistics/quantile.ts'
import { formatFixed, formatSigned } from '../../../base/text/format/format-number.ts'

/** A labelled request with what orders it. */
export type OrderedLabel = {
  readonly prompt: string
  readonly strongWinRate: number
  readonly weakLoses: boolean
  /** How many requests it stands for. Default: 1. */
  readonly requests?: number
}

/** How well win rates tell the requests that the weak model loses from the others. */
export type Separation = {
  /** The chance that a lost request has a higher win rate than another one; a tie counts half. 0.5 is random. */
  readonly auc: number
  readonly interval: Interval
  /** The same of the prompt's length, and the interval of the difference: router less length. */
  readonly lengthAuc: number
  readonly overLengthInterval: Interval
  readonly kind: SeparationKind
}

/**
 * - `worse-than-chance`: the interval is below 0.5. `chance`: it contains 0.5.
 * - `not-above-length`: better than chance, and not shown to be better than the prompt's length.
 * - `separates`: better than both, or better than chance if the router orders as the length does.
 */
export type SeparationKind = 'worse-than-chance' | 'chance' | 'not-above-length' | 'separates'

/** With fewer lost requests, or fewer others, an interval says nothing, unless the order is clearly the wrong way round. */
const leastLabels = 10
/** Fewer do not show that either. */
const leastForReversed = 4
/** Sums of shares are exact to this. */
const rounding = 1e-9

/**
 * The area under the ROC curve of the win rates, with its 95 % interval by DeLong, DeLong and Clarke-Pearson (Biometrics
 * 1988), beside that of prompt length on the same labels. A label counts as the requests that it stands for.
 *
 * @returns undefined with fewer than 10 labels that the weak model loses, or 10 that it does not; from 4 on the separation is
 *   returned if it is worse than chance by the wider of that interval and the one of a random order.
 */
export function separationOf(labels: readonly OrderedLabel[]): Separation | undefined {
  const lost = labels.filter(({ weakLoses }) => weakLoses)
  const others = labels.filter(({ weakLoses }) => !weakLoses)
  const fewest = Math.min(lost.length, others.length)
  if (fewest < leastForReversed) return undefined
  const router = componentsOf(lost, others, ({ strongWinRate }) => strongWinRate)
  const length = componentsOf(lost, others, ({ prompt }) => prompt.length)
  const isFew = fewest < leastLabels
  // DeLong's variance is 0 if all labels stand in reverse, however few they are.
  const interval = intervalOf(
    router.auc,
    router,
    [0, 1],
    isFew ? varianceOfChance(lost.length, others.length) : 0,
  )
  const difference = {
    ofLost: router.ofLost.map((value, row) => value - length.ofLost[row]!),
    ofOthers: router.ofOthers.map((value, row) => value - length.ofOthers[row]!),
    lostShares: router.lostShares,
    otherShares: router.otherShares,
  }
  const overLengthInterval = intervalOf(router.auc - length.auc, difference, [-1, 1])
  const ordersAsLength = [...difference.ofLost, ...difference.ofOthers].every(
    (value) => Math.abs(value) < rounding,
  )
  const kind = kindOf(interval, ordersAsLength ? undefined : overLengthInterval)
  if (isFew && kind !== 'worse-than-chance') return undefined
  return {
    auc: router.auc,
    interval,
    lengthAuc: length.auc,
    overLengthInterval,
    kind,
  }
}

function kindOf([low, high]: Interval, overLength: Interval | undefined): SeparationKind {
  if (high < 0.5 - rounding) return 'worse-than-chance'
  if (low <= 0.5 + rounding) return 'chance'
  return overLength !== undefined && overLength[0] <= 0 ? 'not-above-length' : 'separates'
}

type Components = {
  /** Of each lost label, the share of the others with a lower score; of each other one, of the lost with a higher one. */
  readonly ofLost: readonly number[]
  readonly ofOthers: readonly number[]
  /** Each label's share of the requests of its side. */
  readonly lostShares: readonly number[]
  readonly otherShares: readonly number[]
}

function componentsOf(
  lost: readonly OrderedLabel[],
  others: readonly OrderedLabel[],
  scoreOf: (label: OrderedLabel) => number,
): Components & { readonly auc: number } {
  const [lostShares, otherShares] = [sharesOf(lost), sharesOf(others)]
  const [lostScores, otherScores] = [lost.map(scoreOf), others.map(scoreOf)]
  const ofLost = sharesBelow(lostScores, otherScores, otherShares)
  const ofOthers = sharesBelow(otherScores, lostScores, lostShares).map((below) => 1 - below)
  const auc = ofLost.reduce((sum, value, row) => sum + value * lostShares[row]!, 0)
  return { ofLost, ofOthers, lostShares, otherShares, auc }
}

function sharesOf(labels: readonly OrderedLabel[]): number[] {
  const total = labels.reduce((sum, { requests = 1 }) => sum + requests, 0)
  return labels.map(({ requests = 1 }) => requests / total)
}

/** Of each score, the summed share of the references below it; one that is equal counts half. */
function sharesBelow(
  scores: readonly number[],
  references: readonly number[],
  shares: readonly number[],
): number[] {
  const order = references.map((_, row) => row).sort((a, b) => references[a]! - references[b]!)
  const rows = scores.map((_, row) => row).sort((a, b) => scores[a]! - scores[b]!)
  const result = scores.map(() => 0)
  let [below, upTo, placeBelow, placeUpTo] = [0, 0, 0, 0]
  for (const row of rows) {
    const score = scores[row]!
    while (placeBelow < order.length && references[order[placeBelow]!]! < score)
      below += shares[order[placeBelow++]!]!
    while (placeUpTo < order.length && references[order[placeUpTo]!]! <= score)
      upTo += shares[order[placeUpTo++]!]!
    result[row] = (below + upTo) / 2
  }
  return result
}

/** The variance of the area of a random order (Mann and Whitney 1947). */
function varianceOfChance(lost: number, others: number): number {
  return (lost + others + 1) / (12 * lost * others)
}

/** By the sum of the variances of the two means of components, or by `leastVariance` if that is larger. */
function intervalOf(
  estimate: number,
  components: Components,
  [least, most]: Interval,
  leastVariance = 0,
): Interval {
  const { ofLost, ofOthers, lostShares, otherShares } = components
  const variance = varianceOfMean(ofLost, lostShares) + varianceOfMean(ofOthers, otherShares)
  const spread = normalQuantile95 * Math.sqrt(Math.max(variance, leastVariance))
  return [Math.max(least, estimate - spread), Math.min(most, estimate + spread)]
}

function varianceOfMean(values: readonly number[], shares: readonly number[]): number {
  const mean = values.reduce((sum, value, row) => sum + shares[row]! * value, 0)
  const squares = values.reduce((sum, value, row) => sum + (shares[row]! * (value - mean)) ** 2, 0)
  return (squares * values.length) / (values.length - 1)
}

/** The kind and the name of the router of `auto`. */
const defaultRouter = 'mf'

/**
 * What the separation means for a reader. Undefined if the router separates.
 *
 * @param router its name. @param weak the weak model.
 */
export function separationSentence(
  separation: Separation | undefined,
  router: string,
  weak: string,
): string | undefined {
  if (separation === undefined) return undefined
  const { auc, interval, overLengthInterval, kind } = separation
  const decimal = (value: number) => formatFixed(value, 2)
  const shown = `AUC ${decimal(auc)}, 95 % interval ${decimal(interval[0])} to ${decimal(interval[1])}; 0.5 is chance`
  switch (kind) {
    case 'separates':
      return undefined
    case 'worse-than-chance':
      return `Do not use ${router} for this pair: ${router === defaultRouter ? 'the default' : 'it'} orders your prompts the wrong way round. On these labels it is worse than chance at finding the prompts that ${weak} fails on (${shown}). Train a router on labels of your own: routellm train few_label.`
    case 'chance':
      return `On these labels ${router} is not better than chance at finding the prompts that ${weak} fails on (${shown}). A random choice would save as much at the same loss.`
    case 'not-above-length': {
      const signed = (value: number) => formatSigned(value, 2)
      return `On these labels ${router} is not shown to be better than the prompt's length at finding the prompts that ${weak} fails on (AUC less that of length: ${signed(overLengthInterval[0])} to ${signed(overLengthInterval[1])}).`
    }
  }
}
