/** Each bucket of a histogram of times is a tenth longer than the one before, so a percentile is right to 5 %. */
const bucketRatio = 1.1

/** How many times fell into each bucket, by its number. */
export type Histogram = ReadonlyMap<number, number>

/** The number of a time's bucket. `bucketSql` is the same in SQL. @param microseconds from 0. */
export function findBucket(microseconds: number): number {
  return microseconds <= 1 ? 0 : Math.ceil(Math.log(microseconds) / Math.log(bucketRatio))
}

/** Of a column of microseconds, in the SQL of SQLite and Postgres. */
export function bucketSql(column: string): string {
  return `case when ${column} <= 1 then 0 else cast(ceil(ln(${column}) / ln(${bucketRatio})) as integer) end`
}

/** The middle of a bucket, in milliseconds. */
function toMs(bucket: number): number {
  return bucketRatio ** (bucket - 0.5) / 1000
}

/**
 * The milliseconds that so many of all times are below, to 5 %: the middle of the bucket in which the nearest rank falls. Null
 * if there are no times.
 *
 * @param fraction from 0 to 1.
 */
export function findPercentile(histogram: Histogram, fraction: number): number | null {
  const buckets = [...histogram].filter(([, count]) => count > 0).toSorted(([a], [b]) => a - b)
  const total = buckets.reduce((sum, [, count]) => sum + count, 0)
  let seen = 0
  for (const [bucket, count] of buckets) {
    seen += count
    if (seen >= fraction * total) return toMs(bucket)
  }
  return null
}
