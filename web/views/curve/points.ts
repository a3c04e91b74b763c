import type { CurvePoint } from '../../../src/store/reader/answers/curve.ts'

type Points = readonly CurvePoint[]

/** The place of the point whose setting is nearest to one. */
export function findNearest(points: Points, setting: number): number {
  return findBest(points, (point) => Math.abs(point.setting - setting))
}

/** The place of the point whose setting is this one; null if there is none. */
export function findExact(points: Points, setting: number): number | null {
  const place = points.findIndex((point) => point.setting === setting)
  return place === -1 ? null : place
}

/** The place that a slider moves to: the nearest one, but the next one for a step that is too small to reach it. */
export function findMoved(points: Points, from: number, setting: number): number {
  const nearest = findNearest(points, setting)
  const before = points[from]?.setting ?? setting
  if (nearest !== from || setting === before) return nearest
  return Math.min(points.length - 1, Math.max(0, from + (setting > before ? 1 : -1)))
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

/** Whether a text of the address or of a field is a setting. */
export function isSetting(text: string | null): text is string {
  return text !== null && text.trim() !== '' && Number(text) >= 0 && Number(text) <= 1e6
}
