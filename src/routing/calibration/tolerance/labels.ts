import { toleranceRounding } from './steps.ts'

/** What a policy would choose for a labelled request at every tolerance, and how that did. */
export type ToleranceLabel = {
  /** By rising `from`; the first from 0 on. */
  readonly steps: readonly LabelledStep[]
  /** The score of the reference, against which failures are counted. Default: of the model that tolerance 0 chooses. */
  readonly referenceScore?: number
  /** Labels of one group (of one prompt) are not independent of each other. */
  readonly group?: string
  /** How many drawn requests the label stands for. A whole number above 0. Default: 1. */
  readonly requests?: number
}

export type LabelledStep = {
  /** The tolerance from which on this candidate is chosen. */
  readonly from: number
  readonly score: number
  /** Whether it is the reference that answers. Default: the first step of a label without `referenceScore`. */
  readonly isReference?: boolean
  /** Dollars of the request with this candidate; null if it is unpriced. */
  readonly usd: number | null
}

/** The means over the requests in a range of tolerances, within which no choice changes. */
export type ToleranceRange = {
  readonly from: number
  /** The next tolerance at which a choice changes; +∞ if there is none. */
  readonly until: number
  readonly score: number
  /** Null if the model of any request is unpriced. */
  readonly usd: number | null
}

/** The ranges between the tolerances at which a choice changes, rising from 0. None without labels. */
export function findToleranceRanges(labels: readonly ToleranceLabel[]): ToleranceRange[] {
  const changes = labels
    .flatMap(({ steps, requests = 1 }) =>
      steps.map((step, place) => ({ step, before: steps[place - 1], requests })),
    )
    .sort((one, other) => one.step.from - other.step.from)
  const total = labels.reduce((sum, { requests = 1 }) => sum + requests, 0)
  const ranges: ToleranceRange[] = []
  let score = 0
  let usd = 0
  let unpriced = 0
  for (const [place, { step, before, requests }] of changes.entries()) {
    score += requests * (step.score - (before?.score ?? 0))
    usd += requests * ((step.usd ?? 0) - (before?.usd ?? 0))
    unpriced += Number(step.usd === null) - Number(before?.usd === null)
    const until = changes[place + 1]?.step.from ?? Number.POSITIVE_INFINITY
    if (until - step.from <= 2 * toleranceRounding) continue
    ranges.push({ from: step.from, until, score: score / total, usd: unpriced > 0 ? null : usd / total })
  }
  return ranges
}

/**
 * A short tolerance that chooses as `from` does: the decimal with the fewest digits that `from` is within and `until` is not,
 * larger than `from` by at most a tenth.
 */
export function roundTolerance(from: number, until: number): number {
  const least = Math.max(0, from - toleranceRounding / 2)
  const end = Math.min(until - toleranceRounding, Math.max(from, least * 1.1))
  for (let digits = 0; digits <= 15; digits++) {
    const decimal = Math.ceil(least * 10 ** digits) / 10 ** digits
    if (decimal <= end) return decimal
  }
  return from
}
