import { createRandom } from '../../../base/math/random.ts'
import { type Interval, middleInterval } from '../../../base/math/statistics/quantile.ts'
import type { BenchmarkRow } from '../benchmark.ts'
import {
  averageGapRecovered,
  type GapPercent,
  gapPercents,
  readGapRecovered,
  strongCallPercentForGap,
} from './metrics.ts'
import type { CurveOfCounts } from './routing-curve.ts'

/** The results of one router on every resample. Index i is the same resample for every router. */
export type Resampled = {
  readonly apgr: Float64Array
  readonly cpt: Readonly<Record<GapPercent, Float64Array>>
  /** PGR, [share of strong calls 0, 1, … 100 %][resamples] */
  readonly gapRecovered: readonly Float64Array[]
}

export type ResamplingOptions = {
  readonly seed: number
  readonly samples: number
}

/** The share of resamples that may have no gap. If more have none, the gap itself is within chance. */
const withoutGap = 0.05

/** PGR is kept at this many shares of strong calls: every percent. */
const shares = 101

/**
 * The bootstrap (Efron 1979) of several routers on the same resamples, so that their differences are paired.
 * As many distinct prompts as there are are drawn with replacement, each with all its rows. A resample without a gap
 * between the models has no APGR, so another one is drawn for all routers.
 *
 * Yields the number of resamples after each of them.
 *
 * @returns undefined if more than one resample in twenty has no gap: the rows do not show that one model is better, so
 * the recovered gap has no interval.
 */
export function* resampleCurves(
  rows: readonly BenchmarkRow[],
  curves: readonly CurveOfCounts[],
  options: ResamplingOptions,
): Generator<number, Resampled[] | undefined> {
  const { samples, seed } = options
  const random = createRandom(seed)
  const { promptOf, prompts } = distinctPrompts(rows)
  const weights = Float64Array.from(rows, (row) => row.weight ?? 1)
  const gaps = Float64Array.from(rows, (row, index) => (row.strongScore - row.weakScore) * weights[index]!)
  const results = curves.map(() => emptyResampled(samples))
  const drawn = new Uint32Array(prompts)
  const counts = new Float64Array(rows.length)
  const recovered = new Float64Array(shares)

  for (let sample = 0, draws = 1; sample < samples; draws++) {
    if (draws - sample > 20 + samples * withoutGap) return undefined
    drawn.fill(0)
    for (let draw = 0; draw < prompts; draw++) drawn[random.nextInt(prompts)]!++
    let gap = 0
    let size = 0
    for (let row = 0; row < counts.length; row++) {
      const times = drawn[promptOf[row]!]!
      counts[row] = times * weights[row]!
      gap += times * gaps[row]!
      size += times * Math.abs(gaps[row]!)
    }
    // Rounding of the sum must not make a gap.
    if (!(gap > 1e-9 * size)) continue
    curves.forEach((curveOf, index) => {
      const curve = curveOf(counts)
      const result = results[index]!
      result.apgr[sample] = averageGapRecovered(curve)
      for (const percent of gapPercents) {
        result.cpt[percent][sample] = strongCallPercentForGap(curve, Number(percent))
      }
      readGapRecovered(curve, recovered)
      for (let share = 0; share < shares; share++) result.gapRecovered[share]![sample] = recovered[share]!
    })
    sample += 1
    yield sample
  }
  return results
}

/** The middle 95 % of `one − other`, value by value. */
export function pairedInterval(one: ArrayLike<number>, other: ArrayLike<number>): Interval {
  return middleInterval(Float64Array.from(one, (value, sample) => value - other[sample]!))
}

/** The index of each row's prompt, below `prompts`. Rows with the same text have the same index. */
export function distinctPrompts(rows: readonly Pick<BenchmarkRow, 'prompt'>[]): {
  promptOf: Uint32Array
  prompts: number
} {
  const numbers = new Map<string, number>()
  const promptOf = Uint32Array.from(rows, ({ prompt }) => {
    const known = numbers.get(prompt) ?? numbers.size
    numbers.set(prompt, known)
    return known
  })
  return { promptOf, prompts: numbers.size }
}

function emptyResampled(samples: number): Resampled {
  return {
    apgr: new Float64Array(samples),
    cpt: { 20: new Float64Array(samples), 50: new Float64Array(samples), 80: new Float64Array(samples) },
    gapRecovered: Array.from({ length: shares }, () => new Float64Array(samples)),
  }
}
