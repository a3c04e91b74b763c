import type { CurvePoint } from '../evaluation.ts'
import type { RoutingCurve } from './routing-curve.ts'

const most = 201

/**
 * At most 201 operating points of a curve, by ascending share of strong calls: all of them if there are no more, else
 * those nearest to every half percent. Both ends are always included.
 */
export function operatingPoints(curve: RoutingCurve): CurvePoint[] {
  const { strongFractions } = curve
  const vertices = strongFractions.length
  if (vertices <= most) return Array.from({ length: vertices }, (_, vertex) => pointAt(curve, vertex))
  const points: CurvePoint[] = []
  let taken = -1
  let vertex = 0
  for (let step = 0; step < most; step++) {
    const share = step / (most - 1)
    while (
      vertex + 1 < vertices &&
      Math.abs(strongFractions[vertex + 1]! - share) <= Math.abs(strongFractions[vertex]! - share)
    ) {
      vertex += 1
    }
    if (vertex === taken) continue
    points.push(pointAt(curve, vertex))
    taken = vertex
  }
  return points
}

function pointAt({ thresholds, strongFractions, scores }: RoutingCurve, vertex: number): CurvePoint {
  return {
    threshold: thresholds[vertex]!,
    strongCallPercent: 100 * strongFractions[vertex]!,
    score: scores[vertex]!,
  }
}
