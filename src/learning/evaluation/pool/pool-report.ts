import { InvalidRequestError } from '../../../errors.ts'
import { readRows } from '../../formats/read-rows.ts'
import { invalidRow, modelColumn, parseRow, shown } from '../../formats/row.ts'
import {
  averageImprovementInQuality,
  type CostQuality,
  nonDecreasingConvexHull,
  routerArenaScore,
  zeroRouter,
} from './pool.ts'

/** Cost per query and quality of a model alone, or of a router at one threshold. */
export type PoolPoint = { readonly name: string; readonly costUsd: number; readonly quality: number }

export type PoolReport = {
  /** The range of costs of every AIQ: from the cheapest to the most expensive point, in USD per query. */
  readonly minCostUsd: number
  readonly maxCostUsd: number
  /** RouterBench's baseline: the hull of the single models. `null` if there is none. */
  readonly zeroRouter: { readonly aiq: number; readonly hull: readonly HullPoint[] } | null
  /** By descending AIQ. */
  readonly members: readonly PoolMember[]
}

export type PoolMember = {
  readonly name: string
  /** A name with one point is a model, one with several is a router. */
  readonly kind: 'model' | 'router'
  readonly aiq: number
  /** `null` for a model, and if there is no zero router. */
  readonly aiqAboveZeroRouter: number | null
  readonly hull: readonly HullPoint[]
  readonly points: readonly (HullPoint & {
    /**
     * RouterArena's score, 0 to 100; `null` if the point costs nothing, or if qualities are neither shares nor percent.
     */
    readonly routerArena: number | null
  })[]
}

type HullPoint = { readonly costUsd: number; readonly quality: number }

/**
 * Reads `{"name", "costUsd", "quality"}` a line, costs in dollars per query.
 *
 * Throws `DataError`, naming file, line and the fault.
 */
export async function readPoolPoints(file: string, signal?: AbortSignal): Promise<readonly PoolPoint[]> {
  const points: PoolPoint[] = []
  for await (const { place, value } of readRows(file, { signal })) {
    const row = parseRow(value, place)
    const { costUsd, quality } = row
    if (typeof costUsd !== 'number' || !Number.isFinite(costUsd) || costUsd < 0)
      throw invalidRow(place, `needs dollars per query in "costUsd", 0 or more, got ${shown(costUsd)}`)
    if (typeof quality !== 'number' || !Number.isFinite(quality))
      throw invalidRow(place, `needs a finite number in "quality", got ${shown(quality)}`)
    points.push({ name: modelColumn(row, 'name', place), costUsd, quality })
  }
  return points
}

/**
 * RouterBench's hull and AIQ of every member of a pool over one range of costs, with the zero router, and RouterArena's
 * score of every point. If all qualities are from 0 to 1 they are shares, if from 0 to 100 percent.
 *
 * Throws `InvalidRequestError` if there is no point (`pool-points`), or if all cost the same (`cost-range`).
 */
export function poolReport(points: readonly PoolPoint[]): PoolReport {
  if (points.length === 0)
    throw new InvalidRequestError(
      'pool-points',
      'The file has no point. Give {"name", "costUsd", "quality"} a line.',
    )
  const costs = points.map(({ costUsd }) => costUsd)
  const range = { minCost: Math.min(...costs), maxCost: Math.max(...costs) }
  const names = [...new Set(points.map(({ name }) => name))]
  const groups = names.map((name) => ({ name, points: points.filter((point) => point.name === name) }))
  const models = groups.filter((group) => group.points.length === 1).flatMap((group) => group.points)
  const zeroAiq = models.length === 0 ? null : averageImprovementInQuality(models.map(costQuality), range)
  const percentPerQuality = scaleOf(points)
  return {
    minCostUsd: range.minCost,
    maxCostUsd: range.maxCost,
    zeroRouter:
      zeroAiq === null ? null : { aiq: zeroAiq, hull: zeroRouter(models.map(costQuality)).map(hullPoint) },
    members: groups
      .map(({ name, points: own }): PoolMember => {
        const aiq = averageImprovementInQuality(own.map(costQuality), range)
        const kind = own.length === 1 ? 'model' : 'router'
        return {
          name,
          kind,
          aiq,
          aiqAboveZeroRouter: kind === 'model' || zeroAiq === null ? null : aiq - zeroAiq,
          hull: nonDecreasingConvexHull(own.map(costQuality)).map(hullPoint),
          points: own.map(({ costUsd, quality }) => ({
            costUsd,
            quality,
            routerArena:
              percentPerQuality === null || costUsd === 0
                ? null
                : routerArenaScore(percentPerQuality * quality, 1000 * costUsd),
          })),
        }
      })
      .sort((one, other) => other.aiq - one.aiq),
  }
}

function scaleOf(points: readonly PoolPoint[]): 100 | 1 | null {
  const within = (most: number) => points.every(({ quality }) => quality >= 0 && quality <= most)
  return within(1) ? 100 : within(100) ? 1 : null
}

function costQuality({ costUsd, quality }: PoolPoint): CostQuality {
  return { cost: costUsd, quality }
}

function hullPoint({ cost, quality }: CostQuality): HullPoint {
  return { costUsd: cost, quality }
}
