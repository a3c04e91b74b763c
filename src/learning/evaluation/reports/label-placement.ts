/** A point in pixels; y grows downwards. */
export type Point = { readonly x: number; readonly y: number }

export type Box = { readonly x: number; readonly y: number; readonly width: number; readonly height: number }

export type LabelRequest = {
  /** The curve that the label names, from left to right. */
  readonly curve: readonly Point[]
  readonly width: number
  readonly height: number
}

/** Where a label stands, and the point of its curve that it belongs to. */
export type PlacedLabel = { readonly box: Box; readonly anchor: Point }

const cell = 4
const margin = 3

/**
 * Places a label beside each curve inside `area`, so that no two labels overlap, none lies on a curve where another
 * place is free, and each is near its own curve where that is apart from the others. Greedy: the first request
 * chooses first. `undefined` where a label fits nowhere. Deterministic.
 *
 * @param taken boxes that must stay free. @param lines other lines that labels had better not lie on.
 */
export function placeLabels(
  requests: readonly LabelRequest[],
  area: Box,
  taken: readonly Box[],
  lines: readonly (readonly Point[])[] = [],
): (PlacedLabel | undefined)[] {
  const curvesAt = curveGrid([...requests.map(({ curve }) => curve), ...lines])
  const boxes = [...taken]
  const leaders: (readonly [Point, Point])[] = []
  return requests.map((request, own) => {
    let best: PlacedLabel | undefined
    let bestCost = Number.POSITIVE_INFINITY
    for (const { box, anchor } of candidates(request)) {
      if (!isInside(box, area) || boxes.some((other) => overlap(box, other))) continue
      const from = nearestPoint(box, anchor)
      const length = Math.hypot(from.x - anchor.x, from.y - anchor.y)
      if (length >= bestCost) continue
      const crossed = curvesOnLine(curvesAt, anchor, from, own)
      const cost =
        length +
        25 * cellsOnCurves(curvesAt, box) +
        30 * crossed +
        (leaders.some((leader) => segmentsCross(leader, [anchor, from])) ? 150 : 0) +
        (boxes.some((other) => lineMeetsBox(anchor, from, other)) ? 200 : 0) +
        (hasNeighbour(curvesAt, anchor, own) ? 30 : 0)
      if (cost < bestCost) {
        bestCost = cost
        best = { box, anchor }
      }
    }
    if (best !== undefined) {
      boxes.push(best.box)
      leaders.push([best.anchor, nearestPoint(best.box, best.anchor)])
    }
    return best
  })
}

/** The point of a box that is nearest to another point: where a leader ends. */
export function nearestPoint(box: Box, point: Point): Point {
  return {
    x: Math.min(Math.max(point.x, box.x), box.x + box.width),
    y: Math.min(Math.max(point.y, box.y), box.y + box.height),
  }
}

function* candidates({ curve, width, height }: LabelRequest): Generator<PlacedLabel> {
  const [first, last] = [curve[0]!, curve.at(-1)!]
  for (let step = 3; step <= 47; step++) {
    const x = first.x + ((last.x - first.x) * step) / 50
    const anchor = { x, y: heightAt(curve, x) }
    for (let away = 6; away <= 182; away += 8) {
      for (const left of [x + 4, x - width / 2, x - width - 4]) {
        yield { anchor, box: { x: left, y: anchor.y - away - height, width, height } }
        yield { anchor, box: { x: left, y: anchor.y + away, width, height } }
      }
    }
  }
}

function heightAt(curve: readonly Point[], x: number): number {
  const after = curve.findIndex((point) => point.x >= x)
  const [from, to] = [curve[Math.max(0, after - 1)]!, curve[after] ?? curve.at(-1)!]
  return to.x === from.x ? to.y : from.y + ((x - from.x) / (to.x - from.x)) * (to.y - from.y)
}

/** Which curves pass through each 4-pixel cell. */
type CurveGrid = ReadonlyMap<number, ReadonlySet<number>>

function curveGrid(curves: readonly (readonly Point[])[]): CurveGrid {
  const grid = new Map<number, Set<number>>()
  curves.forEach((curve, index) => {
    for (let i = 1; i < curve.length; i++) {
      for (const point of along(curve[i - 1]!, curve[i]!)) {
        const key = cellOf(point.x, point.y)
        const there = grid.get(key) ?? new Set()
        grid.set(key, there.add(index))
      }
    }
  })
  return grid
}

function cellOf(x: number, y: number): number {
  return Math.floor(x / cell) * 65_536 + Math.floor(y / cell)
}

function* along(from: Point, to: Point): Generator<Point> {
  const steps = Math.max(1, Math.ceil(Math.hypot(to.x - from.x, to.y - from.y) / (cell / 2)))
  for (let step = 0; step <= steps; step++) {
    yield { x: from.x + ((to.x - from.x) * step) / steps, y: from.y + ((to.y - from.y) * step) / steps }
  }
}

function cellsOnCurves(grid: CurveGrid, box: Box): number {
  let cells = 0
  for (let x = box.x - margin; x <= box.x + box.width + margin; x += cell) {
    for (let y = box.y; y <= box.y + box.height; y += cell) if (grid.has(cellOf(x, y))) cells += 1
  }
  return cells
}

function curvesOnLine(grid: CurveGrid, from: Point, to: Point, own: number): number {
  const met = new Set<number>()
  for (const { x, y } of along(from, to)) for (const curve of grid.get(cellOf(x, y)) ?? []) met.add(curve)
  met.delete(own)
  return met.size
}

function hasNeighbour(grid: CurveGrid, { x, y }: Point, own: number): boolean {
  for (let offset = -2; offset <= 2; offset++) {
    for (const curve of grid.get(cellOf(x, y + offset * cell)) ?? []) if (curve !== own) return true
  }
  return false
}

function isInside(box: Box, area: Box): boolean {
  return (
    box.x >= area.x + margin &&
    box.y >= area.y + margin &&
    box.x + box.width <= area.x + area.width - margin &&
    box.y + box.height <= area.y + area.height - margin
  )
}

export function overlap(one: Box, other: Box): boolean {
  return (
    one.x < other.x + other.width + margin &&
    other.x < one.x + one.width + margin &&
    one.y < other.y + other.height + margin &&
    other.y < one.y + one.height + margin
  )
}

function lineMeetsBox(from: Point, to: Point, box: Box): boolean {
  for (const { x, y } of along(from, to)) {
    if (x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height) return true
  }
  return false
}

function segmentsCross([a, b]: readonly [Point, Point], [c, d]: readonly [Point, Point]): boolean {
  const side = (p: Point, q: Point, r: Point) =>
    Math.sign((q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x))
  return side(a, b, c) !== side(a, b, d) && side(c, d, a) !== side(c, d, b)
}
