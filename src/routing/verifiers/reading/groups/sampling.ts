import { readText } from '../read-text.ts'
import { type FeatureGroup, share } from '../reading.ts'
import { findStatedResults } from '../stated-results.ts'

/** The log probabilities of the answer's tokens, and how far further answers agree. All NaN if neither is known. */
export const readSampling: FeatureGroup = ({ tokenLogprobs, samples, results }) => {
  const known = tokenLogprobs.length > 0
  // A log probability of −∞ is as good as one of −20.
  const logprobs = tokenLogprobs.map((value) => Math.max(value, -20))
  const mean = share(sumOf(logprobs), logprobs.length)
  const sorted = Float64Array.from(logprobs).sort()
  const lowest = sorted.subarray(0, Math.max(1, Math.floor(sorted.length / 10)))
  const shareBelow = (limit: number) =>
    share(logprobs.filter((value) => value < limit).length, logprobs.length)
  const finals = samples.map((sample) => findStatedResults(readText(sample)).final)
  const agreeing = finals.filter((final) => final === results.final).length
  const when = (condition: boolean, feature: () => number) => (condition ? feature() : Number.NaN)
  return {
    'mean log probability': when(known, () => mean),
    'lowest log probability': when(known, () => sorted[0]!),
    'mean of the lowest tenth': when(known, () => share(sumOf(lowest), lowest.length)),
    'tokens below -1': when(known, () => shareBelow(-1)),
    'tokens below -3': when(known, () => shareBelow(-3)),
    'log probability of the end': when(known, () =>
      share(sumOf(logprobs.slice(-8)), Math.min(8, logprobs.length)),
    ),
    'samples agree': when(finals.length > 0, () => share(agreeing, finals.length)),
    'distinct samples': when(finals.length > 0, () => share(new Set(finals).size, finals.length)),
  }
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0
  for (let place = 0; place < values.length; place++) sum += values[place]!
  return sum
}
