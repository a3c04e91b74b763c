import type { LoggedRequest } from '../../formats/logs/log-format.ts'
import { binOf, sumBelow, winRateBins } from '../savings/win-rate-bins.ts'
import {
  lengthBands,
  loggedDimensions,
  loggedSegment,
  type SegmentDimension,
  segmentDimensions,
  textSegments,
} from './segments.ts'
import { hasText } from './survey.ts'

/** The requests with one value of a dimension, such as one user or one language. */
export type Segment = {
  readonly value: string
  readonly requests: number
  /** Share of all requests that could be routed. The shares of tags can sum to more than 1. */
  readonly share: number
  /** Share of these requests below the threshold. */
  readonly simpleShare: number
  readonly paidUsd: number
  readonly savedUsd: number
}

export type SegmentTable = { readonly dimension: SegmentDimension; readonly segments: readonly Segment[] }

export type SegmentTally = {
  add(request: LoggedRequest, winRate: number, paidUsd: number, savedUsd: number): void
  /**
   * Tables with at least two segments, by descending requests with the others last. Lengths ascend.
   */
  tablesAt(edge: number): readonly SegmentTable[]
}

type Sums = { requests: number; paidUsd: number; readonly counts: Float64Array; readonly saved: Float64Array }

const others = 'others'

/** @param frequent values with their own line, for each dimension that the log states. Those of the text are few. */
export function createSegmentTally(frequent: ReadonlyMap<SegmentDimension, readonly string[]>): SegmentTally {
  const sums = new Map<SegmentDimension, Map<string, Sums>>(
    segmentDimensions.map((dimension) => [dimension, new Map()]),
  )
  const named = new Map([...frequent].map(([dimension, values]) => [dimension, new Set(values)]))
  let total = 0

  function addTo(dimension: SegmentDimension, value: string, bin: number, paidUsd: number, savedUsd: number) {
    const ofDimension = sums.get(dimension)!
    const found = ofDimension.get(value) ?? emptySums()
    ofDimension.set(value, found)
    found.requests++
    found.paidUsd += paidUsd
    found.counts[bin]!++
    found.saved[bin]! += savedUsd
  }

  return {
    add(request, winRate, paidUsd, savedUsd) {
      const bin = binOf(winRate)
      total++
      for (const dimension of loggedDimensions) {
        const values = loggedSegment(request, dimension).map((value) =>
          named.get(dimension)?.has(value) === true ? value : others,
        )
        for (const value of new Set(values)) addTo(dimension, value, bin, paidUsd, savedUsd)
      }
      if (!hasText(request)) return
      const { kind, language, length } = textSegments(request)
      addTo('kind', kind, bin, paidUsd, savedUsd)
      addTo('language', language, bin, paidUsd, savedUsd)
      addTo('length', length, bin, paidUsd, savedUsd)
    },
    tablesAt: (edge) =>
      [...sums].flatMap(([dimension, values]) =>
        values.size < 2
          ? []
          : [
              {
                dimension,
                segments: [...values]
                  .map((entry) => segmentOf(entry, edge, total))
                  .sort(dimension === 'length' ? byLength : byRequests),
              },
            ],
      ),
  }
}

function emptySums(): Sums {
  const bins = winRateBins + 1
  return { requests: 0, paidUsd: 0, counts: new Float64Array(bins), saved: new Float64Array(bins) }
}

function segmentOf(
  [value, { requests, paidUsd, counts, saved }]: [string, Sums],
  edge: number,
  total: number,
): Segment {
  return {
    value,
    requests,
    share: requests / total,
    simpleShare: sumBelow(counts, edge) / requests,
    paidUsd,
    savedUsd: sumBelow(saved, edge),
  }
}

function byRequests(one: Segment, other: Segment): number {
  const last = Number(one.value === others) - Number(other.value === others)
  return last || other.requests - one.requests || (one.value < other.value ? -1 : 1)
}

function byLength(one: Segment, other: Segment): number {
  return lengthBands.indexOf(one.value) - lengthBands.indexOf(other.value)
}
