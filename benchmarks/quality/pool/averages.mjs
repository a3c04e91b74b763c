import { createRandom } from '../../../dist/base/math/random.js'

/**
 * Means over draws of statistics, and the same means on resamples of all prompts, which each draw sees on the rows that it scores.
 * A resample in which a statistic of a draw is NaN (an APGR without a gap between the models) is replaced by another.
 *
 * @param valuesOf one function per draw: counts of all prompts → statistics.
 */
export function averages(valuesOf, prompts, { resamples, seed }) {
  const meanOver = (counts) => {
    const perDraw = valuesOf.map((compute) => compute(counts))
    return {
      perDraw,
      mean: perDraw[0].map((_, place) => sum(perDraw.map((values) => values[place])) / perDraw.length),
    }
  }
  const whole = meanOver(new Float64Array(prompts).fill(1))
  const random = createRandom(seed)
  const counts = new Float64Array(prompts)
  const drawn = []
  let withoutValue = 0
  while (drawn.length < resamples) {
    counts.fill(0)
    for (let draw = 0; draw < prompts; draw++) counts[random.nextInt(prompts)]++
    const { mean } = meanOver(counts)
    if (mean.some(Number.isNaN)) withoutValue++
    else drawn.push(mean)
    if (withoutValue > resamples) throw new Error('most resamples have no value')
  }
  return { ...whole, drawn, withoutValue }
}

/** The middle 95 % of values; those that are infinite are the largest. */
export function middle(values) {
  const sorted = values
    .map((value) => (Number.isNaN(value) ? Number.POSITIVE_INFINITY : value))
    .sort((a, b) => a - b)
  const last = sorted.length - 1
  return [sorted[Math.floor(0.025 * last)], sorted[Math.ceil(0.975 * last)]]
}

function sum(values) {
  return values.reduce((total, value) => total + value, 0)
}
