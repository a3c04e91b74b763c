import { type BenchmarkRow, columnsOf, type ScoredRouter, singleModelScores } from '../benchmark.ts'
import { type ResourcePoint, resourceCurve } from '../costs/resource-curve.ts'
import { type GapPercent, gapPercents, strongCallPercentForGap } from './metrics.ts'
import { routingCurve } from './routing-curve.ts'

/** A model alone, or a router at the point where it first recovers a part of the gap. */
export type OperatingPoint = {
  readonly name: string
  /** Percent of the gap that is recovered. `null` for a model alone. */
  readonly gapPercent: number | null
  readonly strongCallPercent: number
  readonly score: number
}

/** An operating point with its cost in the given unit. `null` if the cost is unknown. */
export type ResourceUse = OperatingPoint & { readonly perQuery: number | null }

/** The cost of each row with either model, in one unit. Undefined if it is unknown for the model. */
export type RowValues = {
  readonly strong: readonly number[] | undefined
  readonly weak: readonly number[] | undefined
}

/**
 * The cost per query of the weak model alone, of the strong model alone, and of each router at 20, 50 and 80 % of the
 * gap: weighted means over the prompts that each model gets.
 */
export function resourceUses(
  rows: readonly BenchmarkRow[],
  models: { readonly strong: string; readonly weak: string },
  routers: readonly ScoredRouter[],
  { strong, weak }: RowValues,
): readonly ResourceUse[] {
  const scores = singleModelScores(rows)
  const alone = (
    name: string,
    strongCallPercent: number,
    score: number,
    values: readonly number[] | undefined,
  ) => ({
    name,
    gapPercent: null,
    strongCallPercent,
    score,
    perQuery: values === undefined ? null : weightedMean(rows, values),
  })
  return [
    alone(models.weak, 0, scores.weak, weak),
    alone(models.strong, 100, scores.strong, strong),
    ...routers.flatMap(({ name, winRates }) => {
      const quality = routingCurve(winRates, columnsOf(rows))
      const points =
        strong === undefined || weak === undefined ? undefined : resourceCurve(rows, winRates, strong, weak)
      return gapPercents.map((percent: GapPercent) => {
        const gapPercent = Number(percent)
        const strongCallPercent = strongCallPercentForGap(quality, gapPercent)
        return {
          name,
          gapPercent,
          strongCallPercent,
          score: scores.weak + (gapPercent / 100) * (scores.strong - scores.weak),
          perQuery: points === undefined ? null : perQueryAt(points, strongCallPercent),
        }
      })
    }),
  ]
}

/** Interpolates linearly between two points, which is the mean of sending a random part of the tied prompts. */
function perQueryAt(points: readonly ResourcePoint[], strongCallPercent: number): number {
  const after = points.findIndex((point) => point.strongCallPercent >= strongCallPercent)
  const end = points[after === -1 ? points.length - 1 : after]!
  const start = points[Math.max(0, after - 1)]!
  const width = end.strongCallPercent - start.strongCallPercent
  if (width === 0) return end.perQuery
  const part = (strongCallPercent - start.strongCallPercent) / width
  return start.perQuery + part * (end.perQuery - start.perQuery)
}

function weightedMean(rows: readonly BenchmarkRow[], values: readonly number[]): number {
  let sum = 0
  let weight = 0
  rows.forEach((row, index) => {
    sum += values[index]! * (row.weight ?? 1)
    weight += row.weight ?? 1
  })
  return sum / weight
}
