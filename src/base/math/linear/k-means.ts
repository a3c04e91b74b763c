import type { Random } from '../random.ts'
import { dot } from './vectors.ts'

/** Points of `dimensions` numbers each, row by row. */
export type Points = { readonly values: Float32Array; readonly dimensions: number }

const mostIterations = 50
/** Points of the passes that are quick for each point. */
const pointsPerStep = 256

/**
 * Centres of `wanted` clusters by Lloyd's algorithm from k-means++ seeds (Arthur and Vassilvitskii 2007): each point
 * belongs to the nearest centre, each centre is the mean of its points. Ends when no point changes sides, or after 50
 * rounds. The same points and random stream give the same centres.
 *
 * @yields often: 10,000 points of some hundred dimensions take ten seconds.
 * @returns [clusters, dimensions]; fewer clusters than wanted if there are fewer distinct points.
 */
export function* kMeans(points: Points, wanted: number, random: Random): Generator<void, Float32Array> {
  const { values, dimensions } = points
  const count = values.length / dimensions
  let centres = yield* plusPlusSeeds(points, wanted, random)
  const owners = new Int32Array(count).fill(-1)
  for (let iteration = 0; iteration < mostIterations; iteration++) {
    let moved = 0
    for (let point = 0; point < count; point++) {
      const nearest = nearestCentre(values.subarray(point * dimensions, (point + 1) * dimensions), centres)
      if (nearest !== owners[point]) moved++
      owners[point] = nearest
      yield
    }
    if (moved === 0) break
    centres = yield* meansOf(points, owners, centres)
  }
  return centres
}

/** The centre with the least Euclidean distance; the first of equally near ones. @param centres [clusters, dimensions] */
export function nearestCentre(vector: Float32Array, centres: Float32Array): number {
  const dimensions = vector.length
  let nearest = 0
  let least = Number.POSITIVE_INFINITY
  for (let centre = 0; centre * dimensions < centres.length; centre++) {
    const row = centres.subarray(centre * dimensions, (centre + 1) * dimensions)
    // |v − c|² without |v|², which is the same for all.
    const distance = dot(row, row) - 2 * dot(row, vector)
    if (distance >= least) continue
    least = distance
    nearest = centre
  }
  return nearest
}

/** The first centre is drawn evenly, each further one in proportion to its squared distance from those there are. */
function* plusPlusSeeds(
  { values, dimensions }: Points,
  wanted: number,
  random: Random,
): Generator<void, Float32Array> {
  const count = values.length / dimensions
  const row = (point: number) => values.subarray(point * dimensions, (point + 1) * dimensions)
  const chosen = [random.nextInt(count)]
  const distances = new Float64Array(count).fill(Number.POSITIVE_INFINITY)
  while (chosen.length < wanted) {
    const latest = row(chosen.at(-1)!)
    let total = 0
    for (let point = 0; point < count; point++) {
      distances[point] = Math.min(distances[point]!, squaredDistance(row(point), latest))
      total += distances[point]!
      if (point % pointsPerStep === 0) yield
    }
    if (total === 0) break
    chosen.push(drawInProportion(distances, total, random))
  }
  const centres = new Float32Array(chosen.length * dimensions)
  for (const [centre, point] of chosen.entries()) centres.set(row(point), centre * dimensions)
  return centres
}

function drawInProportion(shares: Float64Array, total: number, random: Random): number {
  let rest = random.next() * total
  let last = 0
  for (let index = 0; index < shares.length; index++) {
    if (shares[index] === 0) continue
    last = index
    rest -= shares[index]!
    if (rest < 0) break
  }
  return last
}

/** A centre that loses all its points does not move. */
function* meansOf(
  { values, dimensions }: Points,
  owners: Int32Array,
  before: Float32Array,
): Generator<void, Float32Array> {
  const sums = new Float64Array(before.length)
  const counts = new Int32Array(before.length / dimensions)
  for (const [point, owner] of owners.entries()) {
    counts[owner]!++
    for (let d = 0; d < dimensions; d++) sums[owner * dimensions + d]! += values[point * dimensions + d]!
    if (point % pointsPerStep === 0) yield
  }
  return Float32Array.from(sums, (sum, index) => {
    const members = counts[Math.floor(index / dimensions)]!
    return members === 0 ? before[index]! : sum / members
  })
}

function squaredDistance(one: Float32Array, other: Float32Array): number {
  let squared = 0
  for (let d = 0; d < one.length; d++) squared += (one[d]! - other[d]!) ** 2
  return squared
}
