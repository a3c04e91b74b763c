import { InvalidRequestError } from '../../../errors.ts'
import { type BenchmarkRow, columnsOf } from '../benchmark.ts'
import { createCurveOfCounts } from '../metrics/routing-curve.ts'

/**
 * Quality against its cost: dollars, milliseconds or watt-hours per query, at every threshold of a router. Unlike the
 * share of strong calls, it shows that the prompts sent to the strong model differ from the others (longer prompts cost
 * more).
 */
export type ResourcePoint = {
  readonly threshold: number
  readonly strongCallPercent: number
  readonly score: number
  /** Weighted mean over the queries, in the unit given. */
  readonly perQuery: number
}

/**
 * @param strong the cost of each row if the strong model answers. @param weak the same for the weak model. Finite, one
 * per row, in the same unit.
 *
 * Throws `InvalidRequestError` (`resource-values`) otherwise.
 */
export function resourceCurve(
  rows: readonly BenchmarkRow[],
  winRates: ArrayLike<number>,
  strong: ArrayLike<number>,
  weak: ArrayLike<number>,
): ResourcePoint[] {
  for (const values of [strong, weak]) {
    const bad = rows.findIndex((_, row) => !Number.isFinite(values[row]))
    if (values.length === rows.length && bad === -1) continue
    throw new InvalidRequestError(
      'resource-values',
      `A resource curve needs one finite number per row and model, got ${values.length} for ${rows.length} rows` +
        `${bad === -1 ? '' : ` and ${values[bad]} on row ${bad + 1}`}.`,
    )
  }
  const columns = columnsOf(rows)
  const quality = createCurveOfCounts(winRates, columns)(columns.weights)
  const resource = createCurveOfCounts(winRates, {
    ...columns,
    strongScores: Float64Array.from(strong),
    weakScores: Float64Array.from(weak),
  })(columns.weights)
  return Array.from(quality.thresholds, (threshold, vertex) => ({
    threshold,
    strongCallPercent: 100 * quality.strongFractions[vertex]!,
    score: quality.scores[vertex]!,
    perQuery: resource.scores[vertex]!,
  }))
}
