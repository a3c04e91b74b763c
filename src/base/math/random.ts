import { InvalidRequestError } from '../../errors.ts'

/** A stream of pseudo-random numbers. The same seed gives the same stream on every machine. */
export type Random = {
  /** Uniform in [0, 1), a multiple of 2⁻⁵³. */
  next(): number
  /** Uniform in 0 … below − 1, without the bias of a remainder. @param below an integer in 1 … 2³². */
  nextInt(below: number): number
  /** Standard normal: mean 0, variance 1. */
  nextGaussian(): number
}

/**
 * A seeded generator: sfc32 (Chris Doty-Humphrey's Small Fast Counter, 128 bits of state), its state filled by
 * SplitMix32: neighbouring seeds give unrelated streams. Not for secrets.
 *
 * Throws `InvalidRequestError` (`invalid-seed`) if the seed is not a safe integer.
 */
export function createRandom(seed: number): Random {
  const nextUint32 = createSfc32(seed)
  let spare = Number.NaN

  function next(): number {
    const high = nextUint32() >>> 5
    const low = nextUint32() >>> 6
    return (high * 67_108_864 + low) / 9_007_199_254_740_992
  }

  function nextInt(below: number): number {
    if (!Number.isInteger(below) || below < 1 || below > 4_294_967_296) {
      throw new InvalidRequestError(
        'invalid-random-range',
        `nextInt needs an integer between 1 and 4294967296, got ${below}.`,
      )
    }
    const firstBiased = 4_294_967_296 - (4_294_967_296 % below)
    let drawn = nextUint32()
    while (drawn >= firstBiased) drawn = nextUint32()
    return drawn % below
  }

  // Marsaglia's polar method: two normals from each accepted point in the unit disc.
  function nextGaussian(): number {
    if (!Number.isNaN(spare)) {
      const value = spare
      spare = Number.NaN
      return value
    }
    let x = 0
    let y = 0
    let squared = 0
    do {
      x = nextUint32() * 4.656_612_873_077_393e-10 - 1
      y = nextUint32() * 4.656_612_873_077_393e-10 - 1
      squared = x * x + y * y
    } while (squared >= 1 || squared === 0)
    const scale = Math.sqrt((-2 * Math.log(squared)) / squared)
    spare = y * scale
    return x * scale
  }

  return { next, nextInt, nextGaussian }
}

/** SplitMix32's output function: mixes 32 bits; each input bit affects every output bit. */
export function mixUint32(value: number): number {
  let mixed = value ^ (value >>> 16)
  mixed = Math.imul(mixed, 0x21f0aaad)
  mixed ^= mixed >>> 15
  mixed = Math.imul(mixed, 0x735a2d97)
  return (mixed ^ (mixed >>> 15)) >>> 0
}

/** The seed's two halves. Every safe integer, also a negative one, is a distinct seed. */
export function seedWords(seed: number): { readonly low: number; readonly high: number } {
  if (!Number.isSafeInteger(seed)) {
    throw new InvalidRequestError(
      'invalid-seed',
      `The seed ${seed} is not a whole number. Give an integer between -(2^53 - 1) and 2^53 - 1.`,
      { param: 'seed' },
    )
  }
  return { low: seed >>> 0, high: Math.floor(seed / 4_294_967_296) >>> 0 }
}

function createSfc32(seed: number): () => number {
  const { low, high } = seedWords(seed)
  let splitMixState = low ^ mixUint32(high)
  function nextStateWord(): number {
    splitMixState = (splitMixState + 0x9e3779b9) | 0
    return mixUint32(splitMixState) | 0
  }
  let a = nextStateWord()
  let b = nextStateWord()
  let c = nextStateWord()
  let counter = 1

  return function nextUint32(): number {
    const output = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = ((c << 21) | (c >>> 11)) + output
    c |= 0
    return output >>> 0
  }
}
