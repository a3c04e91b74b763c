import type { CurvePoint } from '../../../src/store/reader/answers/curve.ts'

type Points = readonly CurvePoint[]

/** The place of the point whose setting is nearest to one. */
export function findNearest(points: Points, setting: number): number {
  return findBest(points, (point) => Math.abs(point.setting - setting))
}

/** The place of the point with about this share of strong calls; the fewest dollars win a tie. */
export function findByShare(points: Points, requests: number, share: number): number {
  return findBest(points, ({ strong }) => Math.abs(strong / requests - share))
}

/** The place of the point that costs most within a budget; null if none does. */
export function findByBudget(points: Points, usd: number): number | null {
  const within = points.filter((point) => point.usd <= usd)
  if (within.length === 0) return null
  const most = Math.max(...within.map((point) => point.usd))
  return points.findIndex((point) => point.usd === most)
}

/** The place of the point with the least value of a measure; the last of several. */
export function findBest(points: Points, measure: (point: CurvePoint) => number): number {
  let best = 0
  for (const [index, point] of points.entries()) if (measure(point) <= measure(points[best]!)) best = index
  return best
}

/** `0.42`, `0.415` */
export function formatSetting(setting: number): string {
  return String(Number(setting.toFixed(4)))
}

/** `0.912`, `−0.006` */
export function formatDecimal(value: number | null): string {
  return value === null ? '–' : value.toFixed(3).replace('-', '−')
}
