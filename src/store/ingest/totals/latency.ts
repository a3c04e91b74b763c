/** Each bucket of a histogram of times is a tenth longer than the one before, so a percentile is right to 5 %. */
const bucketRatio = 1.1
const logRatio = Math.log(bucketRatio)

/** How many times fell into each bucket, by its number. */
export type Histogram = Map<number, number>

/** @param microseconds from 0. */
export function findBucket(microseconds: number): number {
  return microseconds <= 1 ? 0 : Math.ceil(Math.log(microseconds) / logRatio)
}

/** The middle of a bucket. */
function toMicroseconds(bucket: number): number {
  return bucketRatio ** (bucket - 0.5)
}

export function addToHistogram(histogram: Histogram, microseconds: number, sign: 1 | -1): void {
  const bucket = findBucket(microseconds)
  histogram.set(bucket, (histogram.get(bucket) ?? 0) + sign)
}

/** Adds one that was formatted. */
export function mergeHistogram(histogram: Histogram, formatted: string): void {
  for (const [bucket, count] of JSON.parse(formatted) as [number, number][])
    histogram.set(bucket, (histogram.get(bucket) ?? 0) + count)
}

/** JSON: pairs of a bucket and its count. */
export function formatHistogram(histogram: Histogram): string {
  return JSON.stringify([...histogram].filter(([, count]) => count > 0))
}

/**
 * The microseconds that so many of all times are below, to 5 %: those of the bucket in which the nearest rank falls. Null if
 * there are no times.
 *
 * @param fractions from 0 to 1.
 */
export function findPercentiles(
  histogram: Histogram,
  fractions: readonly number[],
): readonly (number | null)[] {
  const buckets = [...histogram].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  return fractions.map((fraction) => {
    let seen = 0
    for (const [bucket, count] of buckets) {
      seen += count
      if (seen >= fraction * total) return toMicroseconds(bucket)
    }
    return null
  })
}
