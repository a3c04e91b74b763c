import { InvalidRequestError } from '../../../errors.ts'
import type { BenchmarkColumns } from '../benchmark.ts'

/**
 * The results of every threshold of a router. Vertex j sends the prompts with a win rate of at least `thresholds[j]` to
 * the strong model. Vertex 0 sends none (its threshold is the next number above the highest win rate), the last one
 * all. Tied prompts move together, so the order of the rows does not matter. Between vertices the curve is straight,
 * which is the mean of sending a random part of the tied prompts.
 */
export type RoutingCurve = {
  /** Descending, [vertices]. */
  readonly thresholds: Float64Array
  /** Share of the (weighted) prompts that the strong model answers: from 0 ascending to 1, [vertices]. */
  readonly strongFractions: Float64Array
  /** Weighted mean score, [vertices]; the first is the weak model's, the last the strong model's. */
  readonly scores: Float64Array
}

/**
 * The curve as a function of the count of each row (its weight, or a bootstrap's count times its weight). The rows are
 * sorted once. The next call overwrites the arrays of a curve.
 */
export type CurveOfCounts = (counts: ArrayLike<number>) => RoutingCurve

/**
 * @param winRates one finite number per row. Only their ranking matters.
 *
 * Throws `InvalidRequestError` unless there is one finite win rate per row.
 */
export function createCurveOfCounts(winRates: ArrayLike<number>, columns: BenchmarkColumns): CurveOfCounts {
  const rows = columns.strongScores.length
  checkWinRates(winRates, rows)
  const descending = Uint32Array.from({ length: rows }, (_, row) => row).sort(
    (one, other) => winRates[other]! - winRates[one]!,
  )
  const gains = Float64Array.from(descending, (row) => columns.strongScores[row]! - columns.weakScores[row]!)
  const weak = Float64Array.from(descending, (row) => columns.weakScores[row]!)
  const stepEnds = Uint32Array.from(
    Array.from({ length: rows }, (_, place) => place + 1).filter(
      (end) => end === rows || winRates[descending[end]!] !== winRates[descending[end - 1]!],
    ),
  )
  const vertices = stepEnds.length + 1
  const thresholds = new Float64Array(vertices)
  thresholds[0] = nextAbove(winRates[descending[0]!]!)
  stepEnds.forEach((end, step) => {
    thresholds[step + 1] = winRates[descending[end - 1]!]!
  })
  const strongFractions = new Float64Array(vertices)
  const scores = new Float64Array(vertices)

  return function curveOf(counts) {
    let place = 0
    let calls = 0
    let gain = 0
    let weakTotal = 0
    for (let step = 0; step < stepEnds.length; step++) {
      for (const end = stepEnds[step]!; place < end; place++) {
        const count = counts[descending[place]!]!
        calls += count
        gain += count * gains[place]!
        weakTotal += count * weak[place]!
      }
      strongFractions[step + 1] = calls
      scores[step + 1] = gain
    }
    const perCall = 1 / calls
    scores[0] = weakTotal / calls
    for (let vertex = 1; vertex < vertices; vertex++) {
      strongFractions[vertex] = strongFractions[vertex]! * perCall
      scores[vertex] = (weakTotal + scores[vertex]!) * perCall
    }
    // Rounding must not make the last share differ from 1.
    strongFractions[vertices - 1] = 1
    return { thresholds, strongFractions, scores }
  }
}

/** The curve of a router on a benchmark's rows. Complexity: one sort. */
export function routingCurve(winRates: ArrayLike<number>, columns: BenchmarkColumns): RoutingCurve {
  return createCurveOfCounts(winRates, columns)(columns.weights)
}

/** Throws `InvalidRequestError` unless there is one finite win rate per row. */
export function checkWinRates(winRates: ArrayLike<number>, rows: number): void {
  if (winRates.length !== rows) {
    throw new InvalidRequestError(
      'win-rate-count',
      `Got ${winRates.length} win rates for ${rows} benchmark rows. Give one for each row, in the same order.`,
    )
  }
  for (let row = 0; row < rows; row++) {
    if (Number.isFinite(winRates[row]!)) continue
    throw new InvalidRequestError(
      'win-rate-not-finite',
      `The win rate of benchmark row ${row + 1} is ${winRates[row]}. Every win rate must be a finite number.`,
    )
  }
}

/** The least double above a finite one. */
function nextAbove(value: number): number {
  if (value === 0) return Number.MIN_VALUE
  const bits = new BigInt64Array(new Float64Array([value]).buffer)
  bits[0] = bits[0]! + (value > 0 ? 1n : -1n)
  return new Float64Array(bits.buffer)[0]!
}
