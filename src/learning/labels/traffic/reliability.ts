import { clopperPearsonInterval } from '../../../base/math/statistics/proportion.ts'

/** A request whose answer someone has judged, and what a later request shows of it. */
export type JudgedSignal = {
  /** The kind of signal; null if no later request shows anything. */
  readonly kind: string | null
  /** Whether the answer was judged to be bad. */
  readonly isBad: boolean
}

/** How often answers are bad of which a later request shows something. */
export type SignalReliability = {
  readonly kind: string
  /** Requests with this signal and a judgement. */
  readonly judged: number
  readonly bad: number
  /** Of the share of bad ones, at `confidence`. */
  readonly interval: readonly [lower: number, upper: number]
  /** How much a label "the answer was bad" counts that only has this signal, from 0 to 1. */
  readonly weight: number
  /** Further judged requests that the weight needs, if it is 0 because there are too few; else 0. */
  readonly moreNeeded: number
}

export type ReliabilityReport = {
  /** Requests without a signal that were judged, and their share of bad answers, with its upper limit at `confidence`. */
  readonly base: { readonly judged: number; readonly bad: number; readonly upper: number }
  readonly confidence: number
  readonly kinds: readonly SignalReliability[]
}

/** A signal with fewer judged requests counts nothing. */
const leastJudged = 20

/**
 * How reliable the signs are that later requests give of earlier answers, measured on the requests that have an explicit label
 * too.
 *
 * The interval of each kind is Clopper and Pearson's (Biometrika 26, 1934), each end at half of the error rate. The weight is
 * what the lower end L supports beyond the base rate of bad answers without a signal, whose upper end is U:
 *
 *     max(0, (L − U) / (1 − U))
 *
 * 1 for a sign that is always right, 0 for one that says no more than chance. Below 20 judged requests of the kind, or of
 * those without a signal, it is 0.
 *
 * *Assumes* that requests with explicit labels are like the others: whoever complains may also be likelier to press the thumb.
 * Labels that were drawn (shadow calls, the label queue) are free of that.
 */
export function measureReliability(
  requests: Iterable<JudgedSignal>,
  kinds: readonly string[],
  confidence = 0.95,
): ReliabilityReport {
  const counts = new Map<string | null, Count>()
  for (const kind of [null, ...kinds]) counts.set(kind, { judged: 0, bad: 0 })
  for (const { kind, isBad } of requests) {
    const count = counts.get(kind)
    if (count === undefined) continue
    count.judged++
    if (isBad) count.bad++
  }
  const base = counts.get(null)!
  const upper = limitsOf(base, confidence)[1]
  return {
    base: { ...base, upper },
    confidence,
    kinds: kinds.map((kind) => {
      const count = counts.get(kind)!
      const interval = limitsOf(count, confidence)
      const isEnough = count.judged >= leastJudged && base.judged >= leastJudged
      return {
        kind,
        ...count,
        interval,
        weight: isEnough && upper < 1 ? Math.max(0, (interval[0] - upper) / (1 - upper)) : 0,
        moreNeeded: Math.max(0, leastJudged - count.judged),
      }
    }),
  }
}

type Count = { judged: number; bad: number }

function limitsOf({ judged, bad }: Count, confidence: number): readonly [lower: number, upper: number] {
  return judged === 0 ? [0, 1] : clopperPearsonInterval(bad, judged, confidence)
}
